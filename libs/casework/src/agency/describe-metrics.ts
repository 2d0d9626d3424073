import { type MetricDescription, Metrics, observePlatform } from '@liaison/platform';
import { NOTHING_PUBLISHED, observeConventions, observePublished } from '../policy/observe-conventions';
import { observeWebhooks } from '../webhooks/observe-webhooks';
import { observeMessaging } from './observe-messaging';

/** Every metric that an agency's service defines: registered as in a service, with nothing behind them to read. */
export function describeMetrics(): readonly MetricDescription[] {
  const metrics = new Metrics();
  observePlatform(metrics);
  observeConventions(metrics, { digest: '', versions: 0 });
  observePublished(metrics, () => NOTHING_PUBLISHED);
  observeMessaging(metrics, { sql: { query: nothing }, lag: nothing, recipients: nothing });
  observeWebhooks(metrics, { query: nothing });
  return metrics.descriptions();
}

const nothing = (): Promise<never> => Promise.reject(new Error('there is no service to read from'));
