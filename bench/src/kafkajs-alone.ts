import { fork } from 'node:child_process';
import { join } from 'node:path';
import { type Environment } from './environment';
import { cpuOfTree } from './processes';

export interface KafkajsWork {
  readonly phase: 'produce' | 'consume';
  readonly brokers: readonly string[];
  readonly username: string;
  readonly password: string;
  readonly topic: string;
  readonly messages: number;
  readonly bytes: number;
}

export interface KafkajsResult {
  readonly seconds: number;
  readonly cpuMs: number;
}

export interface KafkajsAlone {
  readonly producedPerSecond: number;
  readonly consumedPerSecond: number;
  /** kafkajs and Kafka, for producing and consuming one message. */
  readonly cpuMsTotal: number;
}

/** (a) What the broker and its client can do: nothing is decided, stored or checked. */
export async function measureKafkajs(
  environment: Environment,
  { bytes, messages, repetition }: { bytes: number; messages: number; repetition: number },
): Promise<KafkajsAlone> {
  const { broker, stack } = environment;
  const topic = `bench.kafkajs-${bytes}-${repetition}`;
  await environment.createTopic({ name: topic, partitions: 1 });
  const work = { brokers: broker.brokers, ...broker.admin, topic, messages, bytes };
  const kafka = stack.kafka?.pid ?? 0;
  const before = cpuOfTree(kafka);
  const produced = await run({ ...work, phase: 'produce' });
  const consumed = await run({ ...work, phase: 'consume' });
  return {
    producedPerSecond: messages / produced.seconds,
    consumedPerSecond: messages / consumed.seconds,
    cpuMsTotal: (produced.cpuMs + consumed.cpuMs + cpuOfTree(kafka) - before) / messages,
  };
}

function run(work: KafkajsWork): Promise<KafkajsResult> {
  return new Promise((resolve, reject) => {
    const child = fork(join(__dirname, 'kafkajs-main.js'));
    child.once('message', (result) => resolve(result as KafkajsResult));
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`kafkajs ended with ${code}`)));
    child.send(work);
  });
}
