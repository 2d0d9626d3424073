import { performance } from 'node:perf_hooks';
import { startEnvironment } from '../environment';
import { liaison } from '../liaison';
import { measureThroughput } from '../measure';
import { residentMb } from '../processes';
import { directoryWith, inboxOnly } from './directory';
import type { Figure } from './figure';
import { addressed, measurePublishing } from './measured';
import type { ScaleSettings } from './settings';

const TARGET_TIMES = 1.3;
const WARM_UP = 500;

interface Crowd {
  readonly topicsSeconds: number;
  readonly startSeconds: number;
  readonly kafkaMb: number;
  readonly policeMb: number;
  /** CPU an event to the one agency that has a service, all processes, in ms. */
  readonly served: number;
  /** To one inbox that nobody reads. */
  readonly one: number;
  /** The same, to all inboxes in turn. */
  readonly all: number;
}

/** What inboxes cost that are there, and what it costs to write to all of them, against one. */
export async function measureInboxes(
  settings: ScaleSettings,
  say: (line: string) => void,
): Promise<Figure[]> {
  const few = await crowd(1, settings, say);
  const many = await crowd(settings.agencies, settings, say);
  const name = (of: string): string => `${of}, with ${settings.agencies} inboxes`;
  return [
    { name: name('topics and access rules made'), value: many.topicsSeconds, unit: 's' },
    { name: 'the same, with 1', value: few.topicsSeconds, unit: 's' },
    { name: name('three services started'), value: many.startSeconds, unit: 's' },
    { name: 'the same, with 1', value: few.startSeconds, unit: 's' },
    { name: name('Kafka resident'), value: many.kafkaMb, unit: 'MB' },
    { name: 'the same, with 1', value: few.kafkaMb, unit: 'MB' },
    { name: name('police resident'), value: many.policeMb, unit: 'MB' },
    { name: 'the same, with 1', value: few.policeMb, unit: 'MB' },
    { name: name('CPU an event to one agency'), value: many.served, unit: 'ms' },
    { name: 'the same, with 1', value: few.served, unit: 'ms' },
    { name: 'ratio', value: many.served / few.served, unit: '×', target: { most: TARGET_TIMES } },
    { name: name('CPU an event published to all in turn'), value: many.all, unit: 'ms' },
    { name: 'to one of them', value: many.one, unit: 'ms' },
    { name: 'ratio', value: many.all / many.one, unit: '×', target: { most: TARGET_TIMES } },
  ];
}

async function crowd(
  agencies: number,
  { waiting: events, connections }: ScaleSettings,
  say: (line: string) => void,
): Promise<Crowd> {
  const environment = await startEnvironment(say, { directoryFile: directoryWith(agencies) });
  try {
    const startedAt = performance.now();
    const running = await liaison(environment).start();
    const startSeconds = (performance.now() - startedAt) / 1000;
    const served = addressed(running);
    await measureThroughput(served, { events: WARM_UP, connections });
    const { cpuMsTotal } = await measureThroughput(served, { events, connections });
    say(`${agencies} inboxes: ${cpuMsTotal.toFixed(2)} ms of CPU an event to one agency`);
    const publish = (to: readonly string[]) =>
      measurePublishing(environment, addressed(running, to), { events, connections });
    const one = await publish([inboxOnly(0)]);
    const all = await publish(Array.from({ length: agencies }, (_, index) => inboxOnly(index)));
    say(`published to one inbox: ${one.cpuMs.toFixed(2)} ms, to all: ${all.cpuMs.toFixed(2)} ms`);
    const resident = {
      kafkaMb: residentMb(environment.stack.kafka?.pid ?? 0),
      policeMb: residentMb(environment.stack.service('police').pid),
    };
    await running.stop();
    const { topicsSeconds } = environment;
    return { topicsSeconds, startSeconds, ...resident, served: cpuMsTotal, one: one.cpuMs, all: all.cpuMs };
  } finally {
    await environment.stack.stop();
  }
}
