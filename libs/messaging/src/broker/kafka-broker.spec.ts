import {
  type BrokerHarness,
  describeBrokerConformance,
  describeWithKafka,
  eventually,
  type TestKafka,
  testKafka,
} from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import { silentLogger } from './broker-logger';
import { KafkaBroker } from './kafka-broker';
import { kafkaClient, withAdmin } from './kafka-client';
import { KafkaSender } from './kafka-sender';

let kafka: TestKafka;

const harness: BrokerHarness = {
  start: async () => {
    kafka = await testKafka();
  },
  stop: () => kafka.stop(),
  newBroker: (as = 'admin') => {
    const [user] = kafka.users;
    const credentials = {
      admin: { username: kafka.adminUser, password: kafka.adminPassword },
      agency: { username: user?.name, password: user?.password },
      stranger: { username: user?.name, password: 'wrong' },
    };
    const options = { brokers: kafka.brokers, clientId: 'conformance', closeTimeoutMs: 1000 };
    return new KafkaBroker({ ...options, ...credentials[as] });
  },
  agencyUser: () => kafka.users[0]?.name ?? '',
  childBroker: () => ({
    adapter: 'kafka',
    options: {
      brokers: kafka.brokers,
      clientId: 'child',
      username: kafka.adminUser,
      password: kafka.adminPassword,
    },
  }),
};

describeWithKafka('Kafka', () => {
  describeBrokerConformance('Kafka', harness);

  describe('The Kafka adapter', () => {
    beforeAll(() => harness.start(), 120_000);
    afterAll(() => harness.stop(), 60_000);

    test('a topic that was deleted does not fail what is published to others', async () => {
      const [deleted = '', kept = '', late = ''] = ['deleted', 'kept', 'late'].map(
        (name) => `${name}-${randomUUID()}`,
      );
      const broker = harness.newBroker();
      await broker.connect();
      await broker.createTopics([deleted, kept, late].map((name) => ({ name, partitions: 1 })));
      const message = { key: 'k', value: Buffer.from('v'), headers: {} };
      await broker.publish(deleted, 0, [message]);
      await broker.publish(kept, 0, [message]);

      const connection = { brokers: kafka.brokers, clientId: 'deletion' };
      const credentials = { username: kafka.adminUser, password: kafka.adminPassword };
      const client = kafkaClient({ ...connection, ...credentials }, silentLogger);
      await withAdmin(client, (admin) => admin.deleteTopics({ topics: [deleted] }));
      client.kill();

      // A topic that the producer has not met: it asks again about all that it has met.
      await broker.publish(late, 0, [message]);
      await broker.publish(kept, 0, [message]);
      // A broker that has just started is not yet the coordinator of any group.
      await eventually(async () => {
        expect(await broker.lag('anybody', late)).toEqual([{ partition: 0, messages: 1 }]);
      });
      expect(await broker.lag('anybody', kept)).toEqual([{ partition: 0, messages: 2 }]);
      await broker.disconnect();
    });

    test('a topic that is not there costs sends to others no new connection', async () => {
      const [kept = '', gone = ''] = ['kept', 'gone'].map((name) => `${name}-${randomUUID()}`);
      const broker = harness.newBroker();
      await broker.connect();
      await broker.createTopics([{ name: kept, partitions: 1 }]);
      const connection = { brokers: kafka.brokers, clientId: 'beside' };
      const credentials = { username: kafka.adminUser, password: kafka.adminPassword };
      let opened = 0;
      const sender = new KafkaSender(() => {
        opened += 1;
        return kafkaClient({ ...connection, ...credentials }, silentLogger);
      }, 30_000);
      const send = (topic: string) =>
        sender.send(topic, 0, [{ key: 'k', value: Buffer.from('v'), headers: {} }]);
      await send(kept);
      await expect(send(gone)).rejects.toMatchObject({ code: 'topic-unknown' });
      await send(kept);
      const before = opened;
      await expect(send(gone)).rejects.toMatchObject({ code: 'topic-unknown' });
      for (let times = 0; times < 3; times += 1) await send(kept);
      expect(opened).toBe(before + 1);

      // Once it is there, it is like the others.
      await broker.createTopics([{ name: gone, partitions: 1 }]);
      await send(gone);
      await send(gone);
      expect(await broker.lag('anybody', gone)).toEqual([{ partition: 0, messages: 2 }]);
      expect(await broker.lag('anybody', kept)).toEqual([{ partition: 0, messages: 5 }]);
      await sender.close();
      await broker.disconnect();
    }, 60_000);

    test('topics that are met at the same time are asked about together', async () => {
      const topics = Array.from({ length: 40 }, (_, index) => `met-${index}-${randomUUID()}`);
      const broker = harness.newBroker();
      await broker.connect();
      await broker.createTopics(topics.map((name) => ({ name, partitions: 1 })));
      const connection = { brokers: kafka.brokers, clientId: 'introductions' };
      const credentials = { username: kafka.adminUser, password: kafka.adminPassword };
      const asked: string[] = [];
      const sender = new KafkaSender(() => {
        const client = kafkaClient({ ...connection, ...credentials }, silentLogger);
        const open = client.kafka.producer.bind(client.kafka);
        client.kafka.producer = (options) => {
          const producer = open(options);
          producer.on(producer.events.REQUEST, ({ payload }) => asked.push(payload.apiName));
          return producer;
        };
        return client;
      }, 30_000);
      const sendAll = () =>
        Promise.all(
          topics.map((topic) => sender.send(topic, 0, [{ key: 'k', value: Buffer.from('v'), headers: {} }])),
        );
      await sendAll();
      const metadata = () => asked.filter((name) => name === 'Metadata').length;
      // Some are asked about again until their leader is elected; one by one it would be 40 and more.
      expect(metadata()).toBeLessThanOrEqual(20);
      const before = metadata();
      await sendAll();
      expect(metadata()).toBe(before);
      expect(await broker.lag('anybody', topics[7] ?? '')).toEqual([{ partition: 0, messages: 2 }]);
      await sender.close();
      await broker.disconnect();
    }, 60_000);

    test('a broker that does not answer is named, with what to do', async () => {
      const broker = new KafkaBroker({ brokers: ['127.0.0.1:1'], clientId: 'nobody' });
      await expect(broker.connect()).rejects.toMatchObject({
        code: 'broker-unreachable',
        retriable: true,
        message: expect.stringContaining('127.0.0.1:1'),
      });
      await broker.disconnect();
    });
  });
});
