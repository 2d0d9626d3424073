import {
  type BrokerHarness,
  createTestDatabase,
  describeBrokerConformance,
  eventually,
  type TestDatabase,
  type TestPostgres,
  testPostgres,
} from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { EmbeddedBroker } from './embedded-broker';

const agency = `agency_${randomUUID().slice(0, 8)}`;
const password = randomUUID();
let postgres: TestPostgres;
let database: TestDatabase;

const harness: BrokerHarness = {
  start: async () => {
    postgres = await testPostgres();
    database = await createTestDatabase(postgres);
    await EmbeddedBroker.install(database.adminUrl);
    const name = new URL(database.adminUrl).pathname.slice(1);
    await database.run(
      `create role ${agency} login password '${password}'; grant connect on database ${name} to ${agency}`,
    );
  },
  stop: async () => {
    await database.run(`drop owned by ${agency}; drop role ${agency}`);
    await database.drop();
    await postgres.stop();
  },
  newBroker: (as = 'admin') => {
    const own =
      as === 'admin' ? database.adminUrl : database.urlFor(agency, as === 'agency' ? password : 'wrong');
    return new EmbeddedBroker({ url: own, clientId: 'conformance', closeTimeoutMs: 1000 });
  },
  agencyUser: () => agency,
  childBroker: () => ({ adapter: 'embedded', options: { url: database.adminUrl, clientId: 'child' } }),
};

describeBrokerConformance('The embedded broker', harness);

describe('The embedded broker', () => {
  beforeAll(() => harness.start());
  afterAll(() => harness.stop());

  async function refused(url: string, sql: string): Promise<string> {
    const client = new Client({ connectionString: url });
    await client.connect();
    try {
      await client.query(sql);
      return 'allowed';
    } catch (error) {
      return error instanceof Error && 'code' in error ? String(error.code) : String(error);
    } finally {
      await client.end();
    }
  }

  test('installing again keeps what is there', async () => {
    const broker = harness.newBroker();
    await broker.connect();
    await broker.createTopics([{ name: 'kept', partitions: 1 }]);
    await broker.publish('kept', 0, [{ key: 'k', value: Buffer.from('v'), headers: {} }]);
    await EmbeddedBroker.install(database.adminUrl);
    expect(await broker.lag('anybody', 'kept')).toEqual([{ partition: 0, messages: 1 }]);
    await broker.disconnect();
  });

  test('disconnects at any moment after it has connected', async () => {
    for (let pause = 0; pause < 40; pause += 1) {
      const broker = harness.newBroker();
      await broker.connect();
      const moment = Date.now() + pause;
      await eventually(() => Date.now() >= moment, { everyMs: 1 });
      await broker.disconnect();
    }
  });

  test('a service reaches the tables through the functions only', async () => {
    const url = database.urlFor(agency, password);
    for (const table of ['topic', 'partition', 'message', 'group_offset', 'member', 'membership', 'acl']) {
      expect(await refused(url, `select * from broker.${table}`)).toBe('42501');
      expect(await refused(url, `delete from broker.${table}`)).toBe('42501');
    }
    expect(
      await refused(
        url,
        `insert into broker.acl values (session_user, 'topic', '', 'prefixed', 'read', 'allow')`,
      ),
    ).toBe('42501');
    expect(await refused(url, `create table broker.own (id int)`)).toBe('42501');
  });

  test('a member that was replaced cannot move the offset', async () => {
    const admin = harness.newBroker();
    await admin.connect();
    await admin.createTopics([{ name: 'fenced', partitions: 1 }]);
    await admin.disconnect();
    const old = randomUUID();
    const acquire = (member: string) => `select * from broker.acquire('g', '{fenced}', '${member}', 1)`;
    const client = new Client({ connectionString: database.adminUrl });
    await client.connect();
    const { rows } = await client.query<{ topic_id: number; token: string }>(acquire(old));
    const commit = `select broker.commit('g', '${old}', ${rows[0]?.topic_id}, 0, ${rows[0]?.token}, 7)`;
    await client.query(commit);
    await eventually(async () => expect((await client.query(acquire(randomUUID()))).rows).toHaveLength(1));
    await client.end();
    expect(await refused(database.adminUrl, commit)).toBe('LB004');
  });

  test('a compacted topic keeps the newest message of every key', async () => {
    const broker = harness.newBroker();
    await broker.connect();
    await broker.createTopics([{ name: 'compacted', partitions: 1, compacted: true }]);
    const publish = (key: string, text: string) =>
      broker.publish('compacted', 0, [{ key, value: Buffer.from(text), headers: {} }]);
    await publish('a', 'a1');
    await publish('b', 'b1');
    await publish('a', 'a2');
    const seen: string[] = [];
    await broker.subscribe({
      group: 'compaction',
      topics: ['compacted'],
      onBatch: async ({ messages }) => void seen.push(...messages.map(({ value }) => value.toString())),
      onCrash: (error) => {
        throw error;
      },
    });
    await eventually(() => expect(seen).toEqual(['b1', 'a2']));
    await broker.disconnect();
  });
});
