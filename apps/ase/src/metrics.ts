import { type MetricDescription, Metrics } from '@liaison/platform';
import { observeCompetence } from './competence/observe-competence';
import { observeOrders } from './placement-order/observe-orders';
import { observeOffers } from './placement-request/observe-offers';
import { observeStays } from './stay/observe-stays';

/** What only this service measures; for the documentation. */
export function describeOwnMetrics(): readonly MetricDescription[] {
  const metrics = new Metrics();
  const nobody = () => Promise.reject(new Error('there is no service to read from'));
  observeCompetence(metrics, nobody);
  observeOffers(metrics, nobody);
  observeStays(metrics, nobody);
  observeOrders(metrics, nobody);
  return metrics.descriptions();
}
