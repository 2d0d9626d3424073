import { CLOCK } from '@liaison/casework';
import type { Clock } from '@liaison/kernel';
import { INGEST_DATABASE, Metrics, type PeerCount } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';

const HOUR_MS = 3_600_000;
/** Of the time that is left of a hold: judgement. */
const LAST_HOURS = 12;

const RUNNING_OUT = `
SELECT held.sender AS agency, count(*)::int AS depth
  FROM (SELECT sender FROM shelter.offer WHERE state = 'held' AND answer_by <= $1
        UNION ALL
        SELECT sender FROM shelter.adult_proposal WHERE state = 'held' AND answer_by <= $1) held
 GROUP BY held.sender`;

/** @param read what waits, by who asked */
export function observeOffers(metrics: Metrics, read: () => Promise<readonly PeerCount[]>): void {
  metrics.gaugeByPeer(
    'liaison_placement_hold_running_out',
    `Shelter: beds that are only held, and lapse within ${LAST_HOURS} hours unless somebody answers, by who asked`,
    read,
  );
}

@Injectable()
export class OfferMetrics {
  constructor(@Inject(INGEST_DATABASE) database: DataSource, @Inject(CLOCK) clock: Clock, metrics: Metrics) {
    observeOffers(metrics, () => {
      const until = new Date(clock.now().getTime() + LAST_HOURS * HOUR_MS);
      return database.query<PeerCount[]>(RUNNING_OUT, [until]);
    });
  }
}
