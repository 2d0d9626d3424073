import { CLOCK } from '@liaison/casework';
import type { Clock } from '@liaison/kernel';
import { INGEST_DATABASE, Metrics } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';

const OVERDUE = 'SELECT count(*)::int AS depth FROM placement.stay WHERE ended_on IS NULL AND due_at <= $1';

/** @param read how many there are */
export function observeStays(metrics: Metrics, read: () => Promise<number>): void {
  metrics.gauge(
    'liaison_stay_term_over',
    'Child protection: stays in secure places whose term is over, and the child is still there',
    [],
    async (gauge) => gauge.set({}, await read()),
  );
}

@Injectable()
export class StayMetrics {
  constructor(@Inject(INGEST_DATABASE) database: DataSource, @Inject(CLOCK) clock: Clock, metrics: Metrics) {
    observeStays(metrics, async () => {
      const [found] = await database.query<{ depth: number }[]>(OVERDUE, [clock.now()]);
      return found?.depth ?? 0;
    });
  }
}
