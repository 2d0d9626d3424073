import { type MetricDescription, Metrics } from '@liaison/platform';
import { observeArbitration } from './arbitration/observe-arbitration';

/** What only this service measures; for the documentation. */
export function describeOwnMetrics(): readonly MetricDescription[] {
  const metrics = new Metrics();
  observeArbitration(metrics, () => Promise.reject(new Error('there is no service to read from')));
  return metrics.descriptions();
}
