import type { Sql } from '@liaison/messaging';
import { type MetricDescription, Metrics } from '@liaison/platform';
import { observeAttachments } from '../attachments/observe-attachments';
import { observeUrgentRequests } from '../urgent-request/observe-urgent-requests';

/** Which recipients have not said in time that they purged what they were told to. */
export function observeRevocations(metrics: Metrics, sql: Sql): void {
  metrics.gauge(
    'liaison_purges_unconfirmed',
    'Purges that a recipient was told of and has not confirmed in time, by recipient',
    ['peer'],
    async (gauge) => {
      const rows = await sql.query<{ recipient: string; count: number }[]>(
        `SELECT recipient, count(*)::int AS count FROM casework.revocation
          WHERE confirm_by <= clock_timestamp() AND confirmed_at IS NULL GROUP BY recipient`,
      );
      gauge.reset();
      for (const { recipient, count } of rows) gauge.set({ peer: recipient }, count);
    },
  );
}

/** What every service with caseworkers measures beside the metrics of any agency; for the documentation. */
export function describeCaseworkMetrics(): readonly MetricDescription[] {
  const metrics = new Metrics();
  const nothing = { query: () => Promise.reject(new Error('there is no service to read from')) };
  observeRevocations(metrics, nothing);
  observeAttachments(metrics, nothing);
  observeUrgentRequests(metrics, nothing, () => new Date(0));
  return metrics.descriptions();
}
