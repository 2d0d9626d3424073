import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWithOwnKafka, eventually } from '@liaison/testing';
import { Kafka as Client, logLevel } from 'kafkajs';
import { type Kafka, type KafkaOptions, startKafka } from './kafka';
import type { KafkaUser } from './kafka-users';

jest.setTimeout(240_000);

const folder = mkdtempSync(join(tmpdir(), 'liaison-kafka-'));
const alice: KafkaUser = { name: 'alice', password: 'first-password-of-alice' };
const bob: KafkaUser = { name: 'bob', password: 'password-of-bob' };
let kafka: Kafka | undefined;

async function start(options: Partial<KafkaOptions> = {}): Promise<Kafka> {
  return (kafka = await startKafka({ dataDir: join(folder, 'one'), users: [alice], ...options }));
}

function client({ brokers }: Kafka, { name, password }: KafkaUser): Client {
  return new Client({
    brokers: [...brokers],
    clientId: 'spec',
    sasl: { mechanism: 'scram-sha-512', username: name, password },
    logLevel: logLevel.NOTHING,
    retry: { retries: 0 },
  });
}

function admin(server: Kafka): Client {
  return client(server, { name: server.adminUser, password: server.adminPassword });
}

async function createTopic(server: Kafka, replicationFactor: number): Promise<void> {
  const connection = admin(server).admin();
  await connection.connect();
  // Brokers learn of a new topic one after another: whoever sends waits for its leader.
  const topics = [{ topic: 'kept', numPartitions: 1, replicationFactor }];
  await connection.createTopics({ topics, waitForLeaders: false });
  await connection.disconnect();
}

async function send(server: Kafka, value: string): Promise<void> {
  const producer = admin(server).producer();
  await producer.connect();
  try {
    await producer.send({ topic: 'kept', acks: -1, messages: [{ value }] });
  } finally {
    await producer.disconnect();
  }
}

async function stored(server: Kafka): Promise<number> {
  const connection = admin(server).admin();
  await connection.connect();
  try {
    const [partition] = await connection.fetchTopicOffsets('kept');
    return Number(partition?.high);
  } finally {
    await connection.disconnect();
  }
}

async function logsIn(server: Kafka, user: KafkaUser): Promise<string[]> {
  const connection = client(server, user).admin();
  await connection.connect();
  try {
    return await connection.listTopics();
  } finally {
    await connection.disconnect();
  }
}

describeWithOwnKafka('a local Kafka', () => {
  afterEach(async () => {
    await kafka?.stop();
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('keeps its messages over kill -9 and over a second start, which may bring new users', async () => {
    const first = await start();
    await createTopic(first, 1);
    await eventually(() => send(first, 'one'));
    const { pid } = first;
    await first.kill();
    await first.restart();
    expect(first.pid).not.toBe(pid);
    await eventually(async () => expect(await stored(first)).toBe(1));
    await first.stop();

    const changed = { ...alice, password: 'second-password-of-alice' };
    const second = await start({ users: [changed, bob] });
    await eventually(() => send(second, 'two'));
    expect(await stored(second)).toBe(2);
    // Without a rule a user sees nothing, but logs in.
    for (const user of [changed, bob]) expect(await logsIn(second, user)).toEqual([]);
    await expect(logsIn(second, alice)).rejects.toThrow(/invalid credentials/i);
  });

  test('no password in a log, in the process list, or in a file that others can read', async () => {
    const server = await start({ dataDir: join(folder, 'secrets') });
    const secrets = [alice.password, server.adminPassword];
    for (const name of readdirSync(join(folder, 'secrets'))) {
      const file = join(folder, 'secrets', name);
      if (!statSync(file).isFile()) continue;
      const text = readFileSync(file, 'utf8');
      const found = secrets.filter((secret) => text.includes(secret));
      if (name.endsWith('.log') || name === 'users.json') expect(found).toEqual([]);
      if (found.length > 0) expect([name, statSync(file).mode & 0o777]).toEqual([name, 0o600]);
    }
    const processes = execFileSync('ps', ['-ef', 'ww'], { encoding: 'utf8' });
    expect(processes).toContain('kafka.Kafka');
    expect(secrets.filter((secret) => processes.includes(secret))).toEqual([]);
  });

  test('three brokers go on when one of them is killed, and take it back', async () => {
    const server = await start({ dataDir: join(folder, 'three'), brokers: 3 });
    await createTopic(server, 3);
    await eventually(() => send(server, 'one'), { timeoutMs: 30_000 });
    await server.kill(0);
    const rest = { ...server, brokers: server.brokers.slice(1) };
    await eventually(() => send(rest, 'two'), { timeoutMs: 60_000 });
    await server.restart(0);
    await eventually(async () => expect(await stored(server)).toBeGreaterThanOrEqual(2), {
      timeoutMs: 30_000,
    });
  });

  test('a data folder of another size of cluster is refused in one line', async () => {
    const dataDir = join(folder, 'secrets');
    await expect(start({ dataDir, brokers: 3 })).rejects.toMatchObject({ code: 'data-folder-broken' });
  });
});
