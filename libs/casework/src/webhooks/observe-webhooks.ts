import type { Sql } from '@liaison/messaging';
import type { Metrics } from '@liaison/platform';

/** How the agency's webhooks fare, read at each scrape. */
export function observeWebhooks(metrics: Metrics, sql: Sql): void {
  metrics.gauge('liaison_webhooks', 'Webhooks, by state', ['state'], async (gauge) => {
    const rows = await sql.query<{ state: string; count: number }[]>(
      'SELECT state, count(*)::int AS count FROM casework.webhook GROUP BY state',
    );
    gauge.reset();
    for (const { state, count } of rows) gauge.set({ state }, count);
  });
  metrics.gauge(
    'liaison_webhook_failing_seconds',
    'Time for which every try of an active webhook has failed; absent while it takes what it is sent',
    ['webhook'],
    async (gauge) => {
      const rows = await sql.query<{ id: string; age: number }[]>(
        `SELECT id, extract(epoch FROM clock_timestamp() - failing_since)::float8 AS age FROM casework.webhook
          WHERE state = 'active' AND failing_since IS NOT NULL`,
      );
      gauge.reset();
      for (const { id, age } of rows) gauge.set({ webhook: id }, Math.max(0, age));
    },
  );
}
