import { type MetricDescription, Metrics } from '@liaison/platform';
import { observeCompetence } from './competence/observe-competence';

/** What only this service measures; for the documentation. */
export function describeOwnMetrics(): readonly MetricDescription[] {
  const metrics = new Metrics();
  observeCompetence(metrics, () => Promise.reject(new Error('there is no service to read from')));
  return metrics.descriptions();
}
