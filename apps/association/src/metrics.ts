import { type MetricDescription, Metrics } from '@liaison/platform';
import { observeOffers } from './placement-offer/observe-offers';

/** What only this service measures; for the documentation. */
export function describeOwnMetrics(): readonly MetricDescription[] {
  const metrics = new Metrics();
  observeOffers(metrics, () => Promise.reject(new Error('there is no service to read from')));
  return metrics.descriptions();
}
