import { CLOCK } from '@liaison/casework';
import type { Clock } from '@liaison/kernel';
import { INGEST_DATABASE, Metrics, type PeerCount } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';

/** @param read how many are overdue, by the agency that was asked */
export function observeOverdueOpinions(metrics: Metrics, read: () => Promise<readonly PeerCount[]>): void {
  metrics.gaugeByPeer(
    'liaison_opinions_awaited_overdue',
    'Préfecture: requests for an opinion that nobody answered by their last day, by the agency that was asked',
    read,
  );
}

@Injectable()
export class OverdueOpinions {
  constructor(@Inject(INGEST_DATABASE) database: DataSource, @Inject(CLOCK) clock: Clock, metrics: Metrics) {
    observeOverdueOpinions(metrics, () =>
      database.query<PeerCount[]>(
        `SELECT agency, count(*)::int AS depth FROM prefecture.opinion_request
          WHERE state = 'asked' AND due_at <= $1 GROUP BY agency`,
        [clock.now()],
      ),
    );
  }
}
