import type { Clock } from '@liaison/kernel';
import type { Sql } from '@liaison/messaging';
import { INGEST_DATABASE, Metrics } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { CLOCK } from '../agency/tokens';

interface Overdue {
  readonly side: 'asked' | 'received';
  readonly peer: string;
  readonly depth: number;
}

/** Urgent requests that nobody has answered in time, read at each scrape: numbers only. */
export function observeUrgentRequests(metrics: Metrics, sql: Sql, now: () => Date): void {
  metrics.gauge(
    'liaison_urgent_requests_overdue',
    'Urgent requests that nobody answered in time, by the other agency: `asked` by this one, or `received`',
    ['side', 'peer'],
    async (gauge) => {
      const counts = await sql.query<Overdue[]>(OVERDUE, [now()]);
      gauge.reset();
      for (const { side, peer, depth } of counts) gauge.set({ side, peer }, depth);
    },
  );
}

const OVERDUE = `
SELECT 'asked' AS side, agency AS peer, count(*)::int AS depth FROM desk.urgent_asked
 WHERE state = 'asked' AND due_at <= $1 GROUP BY agency
UNION ALL
SELECT 'received', agency, count(*)::int FROM desk.urgent_received
 WHERE state = 'open' AND due_at <= $1 GROUP BY agency`;

@Injectable()
export class UrgentRequestMetrics {
  constructor(@Inject(INGEST_DATABASE) database: DataSource, @Inject(CLOCK) clock: Clock, metrics: Metrics) {
    observeUrgentRequests(metrics, database, () => clock.now());
  }
}
