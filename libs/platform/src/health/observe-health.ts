import type { Metrics } from '../metrics/metrics';
import type { Health } from './health';

/** The conditions of readiness, at each scrape: what the probe says, with a history. */
export function observeHealth(metrics: Metrics, health: Pick<Health, 'states'>): void {
  metrics.gauge(
    'liaison_ready',
    'Whether a condition of readiness holds: 1, or 0; in `/health/ready` the same names',
    ['check'],
    async (gauge) => {
      const states = await health.states();
      gauge.reset();
      for (const [check, holds] of states) gauge.set({ check }, holds ? 1 : 0);
    },
  );
}
