import { setImmediate } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import type { Metrics } from '../metrics/metrics';

/** What a pool of connections says of itself; `waiting` are callers without one. */
export interface PoolState {
  readonly totalCount: number;
  readonly idleCount: number;
  readonly waitingCount: number;
}

/** The pool behind a DataSource, whose type says nothing of it. */
export function poolOf({ driver }: DataSource): PoolState {
  return (driver as unknown as { readonly master: PoolState }).master;
}

/** Connections of each role's pool, and callers that wait for one. */
export function observePools(metrics: Metrics, pools: Readonly<Record<string, () => PoolState>>): void {
  metrics.gauge(
    'liaison_database_pool_connections',
    'Connections of a pool: `busy`, `idle`; `waiting` are callers that have none yet',
    ['pool', 'state'],
    async (gauge) => {
      // The scrape's own queries have just been queued: a free connection takes them in the next tick.
      await setImmediate();
      for (const [pool, read] of Object.entries(pools)) {
        const { totalCount, idleCount, waitingCount } = read();
        gauge.set({ pool, state: 'busy' }, totalCount - idleCount);
        gauge.set({ pool, state: 'idle' }, idleCount);
        gauge.set({ pool, state: 'waiting' }, waitingCount);
      }
    },
  );
}
