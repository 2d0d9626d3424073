import { CLOCK, Sweep } from '@liaison/casework';
import type { Clock } from '@liaison/kernel';
import { Dispatcher } from '@liaison/messaging';
import { decideBeds } from '@liaison/placement';
import { INGEST_DATABASE, LOGGER, type Logger } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { DataSource, FindOptionsWhere } from 'typeorm';
import { ProposalAnswers } from '../adult-proposal/proposal-answers';
import { OfferAnswers } from '../placement-offer/offer-answers';
import type { BedAnswers } from './bed-answers';
import { bedsOf, lockPlace, tableOf } from './beds';
import type { BedOffer, BedPlace } from './beds.entity';

const SWEEP_MS = 10_000;
/** Offers that one round looks at, of each scheme. */
const ROUND = 100;

/** A bed that nobody answered for in time is free again, and whoever asked is told. An offer a transaction. */
@Injectable()
export class LapseSweep extends Sweep {
  constructor(
    @Inject(INGEST_DATABASE) private readonly database: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) logger: Logger,
    private readonly offers: OfferAnswers,
    private readonly proposals: ProposalAnswers,
    private readonly dispatcher: Dispatcher,
  ) {
    super(logger, SWEEP_MS, 'beds that are held in vain could not be looked at');
  }

  protected async round(): Promise<void> {
    await this.lapseAll(this.offers);
    await this.lapseAll(this.proposals);
  }

  private async lapseAll<Place extends BedPlace, Offer extends BedOffer>(
    answers: BedAnswers<Place, Offer>,
  ): Promise<void> {
    const due = await this.database.query<{ id: string; place_id: string }[]>(
      `SELECT id, place_id FROM ${tableOf(this.database.manager, answers.book.offers)}
        WHERE state = 'held' AND answer_by <= $1 ORDER BY answer_by LIMIT $2`,
      [this.clock.now(), ROUND],
    );
    const lanes = await this.each(due, ({ id, place_id }) => this.lapse(answers, id, place_id));
    if (lanes.length > 0) this.dispatcher.wake(lanes);
  }

  private lapse<Place extends BedPlace, Offer extends BedOffer>(
    answers: BedAnswers<Place, Offer>,
    id: string,
    placeId: string,
  ): Promise<readonly number[]> {
    const { book } = answers;
    return this.database.transaction(async (manager) => {
      const place = await lockPlace(manager, book, placeId);
      const row = await manager.findOneBy(book.offers, { id } as FindOptionsWhere<Offer>);
      const at = this.clock.now();
      // Somebody may have answered since it was looked for.
      if (!place || row?.state !== 'held' || row.answerBy > at) return [];
      decideBeds(await bedsOf(manager, book, place), { type: 'lapse', offer: id, at });
      const saying = { unit: row.unit, correlationId: randomUUID(), decidedAt: at };
      return answers.settle(manager, place, row, 'lapsed', saying);
    });
  }
}
