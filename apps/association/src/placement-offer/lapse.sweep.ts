import { CLOCK, Sweep } from '@liaison/casework';
import type { Clock } from '@liaison/kernel';
import { Dispatcher } from '@liaison/messaging';
import { decideBeds } from '@liaison/placement';
import { INGEST_DATABASE, LOGGER, type Logger } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { bedsOf, lockPlace } from '../place/place-beds';
import { OfferAnswers } from './offer-answers';
import { OfferRow } from './placement-offer.entity';

const SWEEP_MS = 10_000;
/** Offers that one round looks at. */
const ROUND = 100;

/** A bed that nobody answered for in time is free again, and whoever asked is told. An offer a transaction. */
@Injectable()
export class LapseSweep extends Sweep {
  constructor(
    @Inject(INGEST_DATABASE) private readonly database: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) logger: Logger,
    private readonly answers: OfferAnswers,
    private readonly dispatcher: Dispatcher,
  ) {
    super(logger, SWEEP_MS, 'beds that are held in vain could not be looked at');
  }

  protected async round(): Promise<void> {
    const due = await this.database.query<{ id: string; place_id: string }[]>(
      `SELECT id, place_id FROM shelter.offer WHERE state = 'held' AND answer_by <= $1 ORDER BY answer_by LIMIT $2`,
      [this.clock.now(), ROUND],
    );
    for (const { id, place_id } of due) {
      const lanes = await this.lapse(id, place_id);
      if (lanes.length > 0) this.dispatcher.wake([...new Set(lanes)]);
    }
  }

  private lapse(id: string, placeId: string): Promise<readonly number[]> {
    return this.database.transaction(async (manager) => {
      const place = await lockPlace(manager, placeId);
      const row = await manager.findOneBy(OfferRow, { id });
      const at = this.clock.now();
      // Somebody may have answered since it was looked for.
      if (!place || row?.state !== 'held' || row.answerBy > at) return [];
      decideBeds(await bedsOf(manager, place), { type: 'lapse', offer: id, at });
      const saying = { unit: row.unit, correlationId: randomUUID(), decidedAt: at };
      return this.answers.settle(manager, place, row, 'lapsed', saying);
    });
  }
}
