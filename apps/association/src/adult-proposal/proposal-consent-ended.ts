import { CLOCK } from '@liaison/casework';
import type { Clock } from '@liaison/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { type EntityManager, In } from 'typeorm';
import { ADULT_BEDS } from '../adult-place/adult-place-declarations';
import { lockPlace } from '../beds/beds';
import { ProposalRow } from './adult-proposal.entity';
import { ProposalAnswers } from './proposal-answers';

/**
 * The person no longer consents: the bed is free again where nobody is in it yet (R11). Whoever is there stays: nobody is put out because
 * they take back a consent, and only what this shelter was told of them goes.
 */
@Injectable()
export class ProposalConsentEnded {
  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly answers: ProposalAnswers,
  ) {}

  /** In T3, before anything is destroyed: places come before their proposals, as everywhere. */
  async lock(
    manager: EntityManager,
    sender: string,
    events: readonly string[],
  ): Promise<readonly ProposalRow[]> {
    const found = await manager.find(ProposalRow, {
      where: { sender, eventId: In([...events]) },
      order: { placeId: 'ASC' },
    });
    for (const { placeId } of found) await lockPlace(manager, ADULT_BEDS, placeId);
    return found;
  }

  /** After what came of these events was destroyed. */
  async free(manager: EntityManager, locked: readonly ProposalRow[]): Promise<void> {
    const saying = { correlationId: randomUUID(), at: this.clock.now() };
    for (const proposal of locked) await this.answers.takeBack(manager, proposal, saying);
  }
}
