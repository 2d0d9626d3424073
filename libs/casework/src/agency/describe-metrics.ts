import { type MetricDescription, Metrics, observePlatform } from '@liaison/platform';
import { observeMessaging } from './observe-messaging';

/** Every metric that an agency's service defines: registered as in a service, with nothing behind them to read. */
export function describeMetrics(): readonly MetricDescription[] {
  const metrics = new Metrics();
  observePlatform(metrics);
  observeMessaging(metrics, { sql: { query: nothing }, lag: nothing, recipients: nothing });
  return metrics.descriptions();
}

const nothing = (): Promise<never> => Promise.reject(new Error('there is no service to read from'));
