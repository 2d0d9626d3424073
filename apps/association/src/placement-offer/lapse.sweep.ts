import { CLOCK } from '@liaison/casework';
import type { Clock } from '@liaison/kernel';
import { Dispatcher } from '@liaison/messaging';
import { decideBeds } from '@liaison/placement';
import { INGEST_DATABASE, LOGGER, type Logger } from '@liaison/platform';
import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type OnApplicationBootstrap,
} from '@nestjs/common';
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
export class LapseSweep implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer?: NodeJS.Timeout;
  private running?: Promise<void>;

  constructor(
    @Inject(INGEST_DATABASE) private readonly database: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly answers: OfferAnswers,
    private readonly dispatcher: Dispatcher,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.sweep(), SWEEP_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  /** One round; one that is under way is waited for instead. Never rejects. */
  sweep(): Promise<void> {
    this.running ??= this.round().finally(() => (this.running = undefined));
    return this.running;
  }

  private async round(): Promise<void> {
    try {
      const due = await this.database.query<{ id: string; place_id: string }[]>(
        `SELECT id, place_id FROM shelter.offer WHERE state = 'held' AND answer_by <= $1 ORDER BY answer_by LIMIT $2`,
        [this.clock.now(), ROUND],
      );
      for (const { id, place_id } of due) {
        const lanes = await this.lapse(id, place_id);
        if (lanes.length > 0) this.dispatcher.wake([...new Set(lanes)]);
      }
    } catch (error) {
      this.logger.warn({ err: error }, 'beds that are held in vain could not be looked at');
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
