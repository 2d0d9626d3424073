import type { Clock } from '@liaison/kernel';
import type { Sql } from '@liaison/messaging';
import { INGEST_DATABASE, Metrics } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { CLOCK } from '../agency/tokens';

type Counts = Readonly<Record<'all' | 'open' | 'unreviewed' | 'overdue', number>>;

/** Emergencies, read at each scrape: numbers only. */
export function observeBreakGlass(metrics: Metrics, sql: Sql, now: () => Date): void {
  metrics.gauge(
    'liaison_break_glass',
    'Cases opened in an emergency: `all` so far, `open` now, `unreviewed`, and `overdue` for their review',
    ['state'],
    async (gauge) => {
      const [counts] = await sql.query<Counts[]>(
        `SELECT count(*)::int AS all, (count(*) FILTER (WHERE ended_at IS NULL AND until > $1))::int AS open,
                (count(*) FILTER (WHERE reviewed_at IS NULL))::int AS unreviewed,
                (count(*) FILTER (WHERE reviewed_at IS NULL AND review_by <= $1))::int AS overdue
           FROM desk.break_glass`,
        [now()],
      );
      gauge.reset();
      for (const [state, count] of Object.entries(counts ?? {})) gauge.set({ state }, count);
    },
  );
}

@Injectable()
export class BreakGlassMetrics {
  constructor(@Inject(INGEST_DATABASE) database: DataSource, @Inject(CLOCK) clock: Clock, metrics: Metrics) {
    observeBreakGlass(metrics, database, () => clock.now());
  }
}
