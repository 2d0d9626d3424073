import type { Metrics } from '@liaison/platform';
import type { UnpairedCount } from './pairing';

/** What only the audit log measures. */
export function observeUnpaired(metrics: Metrics, read: () => Promise<readonly UnpairedCount[]>): void {
  metrics.gauge(
    'liaison_unpaired_records',
    'Audit log: records without their other side for longer than `UNPAIRED_AFTER_SECONDS`, by who wrote them',
    ['author', 'state'],
    async (gauge) => {
      const counts = await read();
      gauge.reset();
      for (const { agency, state, depth } of counts) gauge.set({ author: agency, state }, depth);
    },
  );
  metrics.gauge(
    'liaison_unpaired_oldest_seconds',
    'Audit log: time since the log had the oldest of them',
    ['author', 'state'],
    async (gauge) => {
      const counts = await read();
      gauge.reset();
      for (const { agency, state, age } of counts) gauge.set({ author: agency, state }, age);
    },
  );
}
