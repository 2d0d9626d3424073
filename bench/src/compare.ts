import { cpus, loadavg, totalmem } from 'node:os';
import type { Contestant, Running } from './contestant';
import type { Environment } from './environment';
import { type KafkajsAlone, measureKafkajs } from './kafkajs-alone';
import { liaison } from './liaison';
import { outbox } from './outbox';
import { type Latency, measureLatency, measureThroughput, type Throughput } from './measure';
import type { Settings } from './settings';
import { medians } from './statistics';
import { usual } from './usual';

export interface Measured {
  readonly throughput: Throughput;
  readonly latency: Latency;
  readonly residentMb: Readonly<Record<string, number>>;
}

export interface Results {
  readonly machine: {
    readonly cpu: string;
    readonly cores: number;
    readonly memoryGb: number;
    readonly node: string;
    /** One minute's, when the servers ran and nothing was asked of them yet: their start is in it. */
    readonly load: number;
  };
  readonly settings: Settings;
  /** Medians of the repetitions. */
  readonly kafkajs: { readonly kb1: KafkajsAlone; readonly kb2: KafkajsAlone };
  readonly contestants: Readonly<Record<ContestantName, Measured>>;
  readonly repetitions: {
    readonly kafkajs: readonly { readonly kb1: KafkajsAlone; readonly kb2: KafkajsAlone }[];
    readonly contestants: Readonly<Record<ContestantName, readonly Measured[]>>;
  };
}

export const CONTESTANTS = ['usual', 'outbox', 'groupedOutbox', 'liaison'] as const;
export type ContestantName = (typeof CONTESTANTS)[number];

/** One after the other, and the whole again: what slows the machine down for a while slows all of them down. */
export async function compare(
  environment: Environment,
  settings: Settings,
  say: (line: string) => void,
): Promise<Results> {
  const [load = NaN] = loadavg();
  const contestants: Record<ContestantName, Contestant> = {
    usual: await usual(environment),
    outbox: await outbox(environment, false),
    groupedOutbox: await outbox(environment, true),
    liaison: liaison(environment),
  };
  const kafkajs: { kb1: KafkajsAlone; kb2: KafkajsAlone }[] = [];
  const measurements: Record<ContestantName, Measured[]> = {
    usual: [],
    outbox: [],
    groupedOutbox: [],
    liaison: [],
  };
  for (let repetition = 1; repetition <= settings.repetitions; repetition += 1) {
    const alone = (bytes: number) =>
      measureKafkajs(environment, { bytes, messages: settings.messages, repetition });
    kafkajs.push({ kb1: await alone(1024), kb2: await alone(2048) });
    for (const name of CONTESTANTS) {
      const measured = await measure(contestants[name], settings);
      measurements[name].push(measured);
      const { committedPerSecond, cpuMsTotal } = measured.throughput;
      const figures = `${committedPerSecond.toFixed(0)}/s, ${cpuMsTotal.toFixed(2)} ms of CPU an event`;
      say(`repetition ${repetition}, ${contestants[name].name}: ${figures}`);
    }
  }
  return {
    machine: {
      cpu: cpus()[0]?.model ?? 'unknown',
      cores: cpus().length,
      memoryGb: Math.round(totalmem() / 2 ** 30),
      node: process.version,
      load,
    },
    settings,
    kafkajs: medians(kafkajs),
    contestants: {
      usual: medians(measurements.usual),
      outbox: medians(measurements.outbox),
      groupedOutbox: medians(measurements.groupedOutbox),
      liaison: medians(measurements.liaison),
    },
    repetitions: { kafkajs, contestants: measurements },
  };
}

async function measure(contestant: Contestant, settings: Settings): Promise<Measured> {
  const running: Running = await contestant.start();
  try {
    await measureThroughput(running, { ...settings, events: settings.warmUp });
    const throughput = await measureThroughput(running, settings);
    return { throughput, latency: await measureLatency(running, settings), residentMb: running.residentMb };
  } finally {
    await running.stop();
  }
}
