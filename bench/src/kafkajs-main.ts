import { randomBytes, randomUUID } from 'node:crypto';
import { Kafka, logLevel, Partitioners } from 'kafkajs';
import type { KafkajsResult, KafkajsWork } from './kafkajs-alone';

const BATCH = 500;
const WARM_UP = 20;

function kafkaOf({ brokers, username, password }: KafkajsWork): Kafka {
  return new Kafka({
    clientId: 'bench-kafkajs',
    brokers: [...brokers],
    sasl: { mechanism: 'scram-sha-512', username, password },
    logLevel: logLevel.NOTHING,
  });
}

/** `acks=-1`, batches of 500, one in flight. */
async function produce(work: KafkajsWork): Promise<KafkajsResult> {
  const producer = kafkaOf(work).producer({
    allowAutoTopicCreation: false,
    createPartitioner: Partitioners.DefaultPartitioner,
  });
  await producer.connect();
  const messages = Array.from({ length: BATCH }, () => ({ value: randomBytes(work.bytes), partition: 0 }));
  const send = () => producer.send({ topic: work.topic, acks: -1, messages });
  for (let batch = 0; batch < WARM_UP; batch += 1) await send();
  const stop = stopwatch();
  for (let sent = 0; sent < work.messages; sent += BATCH) await send();
  const result = stop();
  await producer.disconnect();
  return result;
}

async function consume(work: KafkajsWork): Promise<KafkajsResult> {
  const consumer = kafkaOf(work).consumer({ groupId: `bench-${randomUUID()}` });
  await consumer.connect();
  await consumer.subscribe({ topics: [work.topic], fromBeginning: true });
  let seen = 0;
  let stop: (() => KafkajsResult) | undefined;
  const result = await new Promise<KafkajsResult>((resolve, reject) => {
    consumer
      .run({
        eachBatch: async ({ batch }) => {
          // The first batch is the warm-up, and comes after the group has been joined.
          if (stop) seen += batch.messages.length;
          stop ??= stopwatch();
          if (seen >= work.messages) resolve(stop());
          return Promise.resolve();
        },
      })
      .catch(reject);
  });
  // More may have come than was waited for; less the warm-up, all messages have.
  await consumer.disconnect();
  return { ...result, seconds: (result.seconds * work.messages) / seen };
}

function stopwatch(): () => KafkajsResult {
  const started = performance.now();
  const cpu = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(cpu);
    return { seconds: (performance.now() - started) / 1000, cpuMs: (user + system) / 1000 };
  };
}

process.once('message', (work: KafkajsWork) => {
  (work.phase === 'produce' ? produce(work) : consume(work)).then(
    (result) => process.send?.(result, () => process.exit(0)),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
