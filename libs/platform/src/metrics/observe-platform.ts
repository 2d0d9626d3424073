import { observePools } from '../database/observe-pools';
import { Health } from '../health/health';
import { observeHealth } from '../health/observe-health';
import { requestDuration } from '../logging/request-context';
import type { Metrics } from './metrics';

/** Registers what every service has, without anything behind it: for the documentation. */
export function observePlatform(metrics: Metrics): void {
  requestDuration(metrics);
  observeHealth(metrics, new Health());
  observePools(metrics, {});
}
