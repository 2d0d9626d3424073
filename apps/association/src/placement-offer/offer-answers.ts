import { DIRECTORY } from '@liaison/casework';
import { type OfferAnswer, PLACEMENT_ANSWERED, type PlacementAnsweredV1 } from '@liaison/contracts';
import { AppError, type Agency, type Directory } from '@liaison/kernel';
import { Outbox } from '@liaison/messaging';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { TAKING } from '../place/place-beds';
import { PlaceDeclarations, type Saying } from '../place/place-declarations';
import type { PlaceRow } from '../place/place.entity';
import { OfferRow, type OfferState } from './placement-offer.entity';

type Said = Pick<PlacementAnsweredV1, 'reason' | 'address'>;

const takes = (state: OfferState): boolean => (TAKING as readonly string[]).includes(state);

/** What becomes of an offer, and who is told. Every method runs in a transaction that holds the lock of the place. */
@Injectable()
export class OfferAnswers {
  constructor(
    @Inject(DIRECTORY) private readonly directory: Directory,
    private readonly outbox: Outbox,
    private readonly declarations: PlaceDeclarations,
  ) {}

  /** @throws AppError `sender-unknown` */
  askerOf({ sender }: Pick<OfferRow, 'sender'>): Agency {
    const asker = this.directory.findAgency(sender);
    if (asker) return asker;
    throw new AppError('sender-unknown', 'The directory no longer knows who asked: tell the operators.');
  }

  /** To whoever asked. @returns lanes to wake */
  async say(
    manager: EntityManager,
    row: OfferRow,
    document: PlacementAnsweredV1,
    saying: Saying,
  ): Promise<readonly number[]> {
    const { lanes } = await this.outbox.append(manager, row.caseId, {
      ...saying,
      type: PLACEMENT_ANSWERED,
      document,
      purpose: row.purpose,
      causationId: row.eventId,
      recipients: [{ agency: this.askerOf(row) }],
    });
    return lanes;
  }

  /**
   * The offer's next state, its answer, and what is free now where that changed. What the children need stays only while they have
   * a bed.
   * @returns lanes to wake
   */
  async settle(
    manager: EntityManager,
    place: PlaceRow,
    row: OfferRow,
    state: Exclude<OfferState, 'held' | 'refused' | 'withdrawn'> & OfferAnswer,
    saying: Saying,
    said: Said = {},
  ): Promise<readonly number[]> {
    const told = await this.move(manager, place, row, state, saying, said.reason);
    const answeredAt = saying.decidedAt.toISOString();
    return [...told, ...(await this.say(manager, row, { answer: state, ...said, answeredAt }, saying))];
  }

  /** Whoever asked has taken it back: there is nothing to answer. @returns lanes to wake */
  withdraw(
    manager: EntityManager,
    place: PlaceRow,
    row: OfferRow,
    saying: Saying,
  ): Promise<readonly number[]> {
    return this.move(manager, place, row, 'withdrawn', saying);
  }

  private async move(
    manager: EntityManager,
    place: PlaceRow,
    row: OfferRow,
    state: OfferState,
    saying: Saying,
    reason?: Said['reason'],
  ): Promise<readonly number[]> {
    await manager.update(OfferRow, row.id, {
      state,
      version: row.version + 1,
      answeredAt: saying.decidedAt,
      reason: reason ?? null,
      ...(!takes(state) && { content: {}, withheld: [] }),
    });
    if (takes(row.state) === takes(state)) return [];
    return this.declarations.again(manager, place, saying);
  }
}
