import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { Target } from './contestant';

/** As many requests as there are events, as fast as the connections allow. */
export interface ThroughputLoad {
  readonly kind: 'throughput';
  readonly target: Target;
  readonly connections: number;
  readonly events: number;
}

/** So many requests a second, however slow the answers are. */
export interface LatencyLoad {
  readonly kind: 'latency';
  readonly target: Target;
  readonly perSecond: number;
  readonly seconds: number;
  readonly listen: { readonly databaseUrl: string; readonly channel: string };
}

export interface ThroughputResult {
  /** Milliseconds since the epoch, with fractions. */
  readonly startedAt: number;
  readonly endedAt: number;
  /** Of the generator itself. */
  readonly cpuMs: number;
}

export interface LatencyResult {
  /** From the request's sending to the row's visibility, one an event. */
  readonly latenciesMs: readonly number[];
}

/** The load comes from a process of its own, whose CPU time is not the contestant's. */
export function runLoad(load: ThroughputLoad): Promise<ThroughputResult>;
export function runLoad(load: LatencyLoad): Promise<LatencyResult>;
export function runLoad(load: ThroughputLoad | LatencyLoad): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const child = fork(join(__dirname, 'load-main.js'));
    child.once('message', (result) => {
      resolve(result);
      child.disconnect();
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the load generator ended with ${code}`)));
    child.send(load);
  });
}
