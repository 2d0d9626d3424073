import { type MetricDescription, Metrics } from '@liaison/platform';
import { observeUnreviewedBreakGlass } from './break-glass/unreviewed-break-glass';
import { observeUnpaired } from './pairing/observe-unpaired';
import { observeUnconfirmedPurges } from './purges/unconfirmed-purges';

/** What only the audit log measures, for the documentation: read by `npm run generate`. */
export function describeOwnMetrics(): readonly MetricDescription[] {
  const metrics = new Metrics();
  const nothing = () => Promise.reject(new Error('there is no service to read from'));
  observeUnpaired(metrics, nothing);
  observeUnconfirmedPurges(metrics, nothing);
  observeUnreviewedBreakGlass(metrics, nothing);
  return metrics.descriptions();
}
