import type { Sql } from '@liaison/messaging';
import { type MetricDescription, Metrics, type PeerCount } from '@liaison/platform';
import { observeAttachments } from '../attachments/observe-attachments';
import { observeUrgentRequests } from '../urgent-request/observe-urgent-requests';

/** Which recipients have not said in time that they purged what they were told to. */
export function observeRevocations(metrics: Metrics, sql: Sql): void {
  metrics.gaugeByPeer(
    'liaison_purges_unconfirmed',
    'Purges that a recipient was told of and has not confirmed in time, by recipient',
    () =>
      sql.query<PeerCount[]>(
        `SELECT recipient AS agency, count(*)::int AS depth FROM casework.revocation
          WHERE confirm_by <= clock_timestamp() AND confirmed_at IS NULL GROUP BY recipient`,
      ),
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
