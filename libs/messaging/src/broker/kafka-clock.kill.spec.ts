import { describeWithKafka, eventually, testKafka, type TestKafka } from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import { KafkaBroker } from './kafka-broker';

jest.setTimeout(180_000);

/** More than a session: the coordinator has forgotten a member that has sent nothing for so long. */
const FORGOTTEN_MS = 9000;

describeWithKafka('a consumer whose clock is set back', () => {
  let kafka: TestKafka;
  let broker: KafkaBroker;

  beforeAll(async () => {
    kafka = await testKafka();
    const { brokers, adminUser, adminPassword } = kafka;
    broker = new KafkaBroker({ brokers, clientId: 'clock', username: adminUser, password: adminPassword });
    await broker.connect();
  });
  afterAll(async () => {
    await broker?.disconnect();
    await kafka?.stop();
  });

  test('loses its membership without knowing, joins again, and commits what it has handled', async () => {
    const topic = `clock-${randomUUID()}`;
    const group = `clock-${randomUUID()}`;
    await broker.createTopics([{ name: topic, partitions: 1 }]);
    const received: string[] = [];
    await broker.subscribe({
      group,
      topics: [topic],
      onBatch: async ({ messages }) => void received.push(...messages.map(({ value }) => value.toString())),
      onCrash: () => undefined,
    });
    const publish = (text: string) =>
      broker.publish(topic, 0, [{ key: 'k', value: Buffer.from(text), headers: {} }]);
    const committed = async () => (await broker.lag(group, topic)).every(({ messages }) => messages === 0);

    const now = Date.now.bind(Date);
    const clock = jest.spyOn(Date, 'now').mockImplementation(() => now() + 1_800_000);
    await publish('ahead');
    await eventually(committed, { timeoutMs: 20_000 });
    // A heartbeat has to go out while the clock is ahead.
    const beat = performance.now() + 3000;
    await eventually(() => performance.now() > beat, { timeoutMs: 10_000 });
    clock.mockRestore();
    const forgotten = performance.now() + FORGOTTEN_MS;
    await eventually(() => performance.now() > forgotten, { timeoutMs: 20_000 });

    await publish('after');
    await eventually(committed, { timeoutMs: 40_000 });
    expect(received).toContain('after');
  });
});
