import { CLOCK } from '@liaison/casework';
import type { Clock } from '@liaison/kernel';
import { INGEST_DATABASE, Metrics } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';

interface Overdue {
  readonly agency: string;
  readonly depth: number;
}

/** @param read how many are overdue, by the agency that was asked */
export function observeOverdueOpinions(metrics: Metrics, read: () => Promise<readonly Overdue[]>): void {
  metrics.gauge(
    'liaison_opinions_awaited_overdue',
    'Préfecture: requests for an opinion that nobody answered by their last day, by the agency that was asked',
    ['peer'],
    async (gauge) => {
      const counts = await read();
      gauge.reset();
      for (const { agency, depth } of counts) gauge.set({ peer: agency }, depth);
    },
  );
}

@Injectable()
export class OverdueOpinions {
  constructor(@Inject(INGEST_DATABASE) database: DataSource, @Inject(CLOCK) clock: Clock, metrics: Metrics) {
    observeOverdueOpinions(metrics, () =>
      database.query<Overdue[]>(
        `SELECT agency, count(*)::int AS depth FROM prefecture.opinion_request
          WHERE state = 'asked' AND due_at <= $1 GROUP BY agency`,
        [clock.now()],
      ),
    );
  }
}
