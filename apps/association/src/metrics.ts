import { type MetricDescription, Metrics } from '@liaison/platform';
import { observeOrientation } from './orientation/observe-orientation';
import { observeOffers } from './placement-offer/observe-offers';

/** What only this service measures; for the documentation. */
export function describeOwnMetrics(): readonly MetricDescription[] {
  const metrics = new Metrics();
  const nobody = () => Promise.reject(new Error('there is no service to read from'));
  observeOffers(metrics, nobody);
  observeOrientation(metrics, { unseen: nobody, unanswered: nobody });
  return metrics.descriptions();
}
