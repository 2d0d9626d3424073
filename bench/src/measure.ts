import type { Running } from './contestant';
import { announcingArrivals, watchCount } from './database';
import { runLoad } from './load';
import { cpuOf } from './processes';
import type { Settings } from './settings';
import { percentile } from './statistics';

export interface Throughput {
  readonly acceptedPerSecond: number;
  /** From the first request to the last row at the recipient. */
  readonly committedPerSecond: number;
  /** From the first request to the last row of what follows an arrival, where something does. */
  readonly completedPerSecond?: number;
  /** Per event, by process, until everything had come to rest. */
  readonly cpuMs: Readonly<Record<string, number>>;
  readonly cpuMsTotal: number;
  readonly generatorCpuMs: number;
}

export interface Latency {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

export async function measureThroughput(
  { target, recipient, processes, aftermath }: Running,
  { events, connections }: Pick<Settings, 'events' | 'connections'>,
): Promise<Throughput> {
  const arrivals = await watchCount(recipient.databaseUrl, `SELECT count(*) FROM ${recipient.table}`);
  const followed = aftermath && (await watchCount(aftermath.databaseUrl, aftermath.count));
  try {
    const arrivedBefore = await arrivals.count();
    const followedBefore = (await followed?.count()) ?? 0;
    const cpuBefore = cpuOf(processes);
    const { startedAt, endedAt, cpuMs } = await runLoad({ kind: 'throughput', target, connections, events });
    const arrivedAt = await arrivals.until(arrivedBefore + events);
    const followedAt = await followed?.until(followedBefore + events * (aftermath?.perEvent ?? 0));
    const cpuAfter = cpuOf(processes);
    const extra = (await arrivals.count()) - arrivedBefore - events;
    if (extra > 0) throw new Error(`${extra} notices arrived twice`);
    const perSecond = (until: number): number => (events * 1000) / (until - startedAt);
    const used = Object.entries(cpuAfter).map(
      ([name, after]) => [name, (after - (cpuBefore[name] ?? 0)) / events] as const,
    );
    return {
      acceptedPerSecond: perSecond(endedAt),
      committedPerSecond: perSecond(arrivedAt),
      ...(followedAt !== undefined && { completedPerSecond: perSecond(followedAt) }),
      cpuMs: Object.fromEntries(used),
      cpuMsTotal: used.reduce((sum, [, ms]) => sum + ms, 0),
      generatorCpuMs: cpuMs / events,
    };
  } finally {
    await arrivals.close();
    await followed?.close();
  }
}

export async function measureLatency(
  { target, recipient }: Running,
  { latency }: Pick<Settings, 'latency'>,
): Promise<Latency> {
  const { latenciesMs } = await announcingArrivals(recipient, (listen) =>
    runLoad({ kind: 'latency', target, ...latency, listen }),
  );
  return {
    p50: percentile(latenciesMs, 0.5),
    p99: percentile(latenciesMs, 0.99),
    max: percentile(latenciesMs, 1),
  };
}
