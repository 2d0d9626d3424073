import { observeBreakGlass } from '@liaison/casework';
import { type MetricDescription, Metrics } from '@liaison/platform';
import { observeOverdueOpinions } from './opinion-request/overdue.metric';

/** For the documentation: read by `npm run generate`. */
export function describeOwnMetrics(): readonly MetricDescription[] {
  const metrics = new Metrics();
  const nothing = () => Promise.reject(new Error('there is no service to read from'));
  observeOverdueOpinions(metrics, nothing);
  observeBreakGlass(metrics, { query: nothing }, () => new Date(0));
  return metrics.descriptions();
}
