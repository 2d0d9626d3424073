import { CLOCK, legalDay } from '@liaison/casework';
import type { Clock } from '@liaison/kernel';
import { decideOrientation } from '@liaison/placement';
import { Inject, Injectable } from '@nestjs/common';
import { type EntityManager, In } from 'typeorm';
import { OrientationRow } from './orientation.entity';
import { OrientationTelling } from './orientation-telling';
import { lockOrientation, storeOrientation } from './stored-orientation';

/** Whoever asked says that the person no longer consents: the search ends, and the places that were asked forget them (R11). */
@Injectable()
export class ConsentEnded {
  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly telling: OrientationTelling,
  ) {}

  /** In T3, after what came of these events was destroyed. */
  async of(manager: EntityManager, sender: string, events: readonly string[]): Promise<void> {
    const gone = await manager.findBy(OrientationRow, { sender, eventId: In([...events]) });
    for (const found of gone) {
      const stored = await lockOrientation(manager, found);
      const at = this.clock.now();
      const { row, orientation } = stored;
      const proposals = orientation.proposals.map(({ id }) => id);
      await this.telling.consentWithdrawn(manager, row, proposals, { whole: true });
      if (orientation.state === 'closed') continue;
      const today = legalDay(at, undefined);
      const event = decideOrientation(orientation, {
        type: 'consent-withdrawn',
        scope: 'orientation',
        today,
      });
      await storeOrientation(manager, stored, event, { at });
    }
  }
}
