import { CONVENTIONS_TOPIC } from '@liaison/contracts';
import {
  type AgencyDatabase,
  copyAgencyDatabase,
  createEmbeddedBroker,
  describeWithKafka,
  eventually,
  type TestDatabase,
  testKafka,
  type TestKafka,
  testPostgres,
  type TestPostgres,
} from '@liaison/testing';
import { generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import { type Broker, EmbeddedBroker, KafkaBroker } from '../broker';
import { keyOf, type PublishedConvention, signStatement, StatementKeys } from './convention-statement';
import { PublishedConventions } from './published-conventions';

const coordination = generateKeyPairSync('ed25519');
const thief = generateKeyPairSync('ed25519');
const pem = ({ publicKey }: { publicKey: KeyObject }) =>
  publicKey.export({ type: 'spki', format: 'pem' }).toString();
const keysOf = (...pairs: { publicKey: KeyObject }[]) =>
  StatementKeys.fromPem(pairs.map(pem).join(''), 'keys');
const convention = (id: string, version = 1, text = `id: ${id}\n`): PublishedConvention => ({
  id,
  version,
  text,
});

describe('a statement', () => {
  const signed = () => signStatement(convention('a'), coordination.privateKey);

  it('says what it said when it was signed', async () => {
    expect(await (await keysOf(thief, coordination)).open(await signed())).toEqual(convention('a'));
  });

  it.each<[string, (statement: string) => string]>([
    ['one byte changed', (text) => text.replace(/.(?=\.[^.]*$)/, (byte) => (byte === 'A' ? 'B' : 'A'))],
    ['without its signature', (text) => text.replace(/[^.]*$/, '')],
    [
      'of no algorithm',
      (text) => text.replace(/^[^.]*/, Buffer.from('{"alg":"none"}').toString('base64url')),
    ],
    ['that is no statement', () => 'id: a'],
    ['that is empty', () => ''],
  ])('%s is none', async (_, change) => {
    const keys = await keysOf(coordination);
    const statement = Buffer.from(change((await signed()).toString()));
    await expect(keys.open(statement)).rejects.toMatchObject({ code: 'convention-not-signed' });
  });

  it('by another key is none', async () => {
    await expect((await keysOf(thief)).open(await signed())).rejects.toMatchObject({
      code: 'convention-not-signed',
    });
  });

  it.each(['', 'no key', pem(generateKeyPairSync('rsa', { modulusLength: 2048 }))])(
    'keys that are no Ed25519 keys are refused at the start',
    async (text) => {
      await expect(StatementKeys.fromPem(text, 'keys.pem')).rejects.toMatchObject({
        code: 'convention-keys-invalid',
        message: expect.stringContaining('keys.pem') as unknown,
      });
    },
  );
});

let server: TestPostgres;
let database: AgencyDatabase;
const brokers: Broker[] = [];
beforeAll(async () => {
  server = await testPostgres();
  database = await copyAgencyDatabase(server);
});
afterAll(async () => {
  for (const broker of brokers) await broker.disconnect();
  await database?.close();
  await server?.stop();
});

interface Follower {
  readonly published: PublishedConventions;
  readonly told: string[];
  readonly lines: string[];
}

async function follower(
  broker: Broker,
  { agency = `a-${randomUUID().slice(0, 8)}`, keys = [coordination] } = {},
): Promise<Follower> {
  brokers.push(broker);
  const told: string[] = [];
  const lines: string[] = [];
  const say = (fields: object, message: string) => void lines.push(`${JSON.stringify(fields)} ${message}`);
  const published = new PublishedConventions({
    ...{ agency, broker, database: database.ingest, keys: await keysOf(...keys) },
    logger: { info: say, warn: say, error: say },
    onNew: (all) => {
      told.splice(0, told.length, ...all.map(keyOf));
      return Promise.resolve();
    },
    lookMs: 100,
    retryMs: 200,
  });
  await published.read();
  return { published, told, lines };
}

/** Refused ones first, so that nothing has to be waited for in vain. */
async function followsWhatIsSigned(newBroker: () => Broker): Promise<void> {
  const id = `c-${randomUUID().slice(0, 8)}`;
  const broker = newBroker();
  await broker.connect();
  await broker.createTopics([{ name: CONVENTIONS_TOPIC, partitions: 1, compacted: true }]);
  const publish = async (key: string, value: Buffer | string) =>
    broker.publish(CONVENTIONS_TOPIC, 0, [{ key, value: Buffer.from(value), headers: {} }]);
  const by = (pair: { privateKey: KeyObject }, ...of: Parameters<typeof convention>) =>
    signStatement(convention(...of), pair.privateKey);
  const { published, told, lines } = await follower(newBroker());
  published.start();
  try {
    await publish(`${id}@7`, convention(id).text);
    await publish(`${id}@8`, await by(thief, id, 8));
    await publish(`${id}@9`, await by(coordination, id, 10));
    await publish(`${id}@1`, await by(coordination, id));
    await eventually(() => expect(told).toContain(`${id}@1`));
    // The same name with another text, then one more to know that it was looked at.
    await publish(`${id}@1`, await by(coordination, id, 1, 'id: another\n'));
    await publish(`${id}@2`, await by(coordination, id, 2));
    await eventually(() => expect(told).toContain(`${id}@2`));

    const known = (await published.read()).filter((each) => each.id === id);
    expect(known).toEqual([convention(id), convention(id, 2)]);
    const refused = lines.filter((line) => line.includes(id) && line.includes('was refused'));
    expect(refused.filter((line) => line.includes('not signed by a key'))).toHaveLength(3);
    expect(refused.filter((line) => line.includes('with another text'))).toHaveLength(1);
    expect(published.status.refused['not-signed']).toBeGreaterThanOrEqual(3);
    expect(published.status).toMatchObject({ following: true, refused: { 'other-text': 1 } });
  } finally {
    await published.stop();
    await broker.disconnect();
  }
}

describe('over the embedded broker', () => {
  let brokerDatabase: TestDatabase;
  const newBroker = () => new EmbeddedBroker({ url: brokerDatabase.adminUrl, clientId: 'conventions' });
  beforeAll(async () => {
    brokerDatabase = await createEmbeddedBroker(server);
  });
  afterAll(() => brokerDatabase?.drop());

  it('keeps what is signed, once, and refuses the rest', () => followsWhatIsSigned(newBroker));

  it('keeps serving what is known while the topic cannot be reached, and tells of what another process received', async () => {
    const nowhere = new URL(brokerDatabase.adminUrl);
    nowhere.port = '1';
    const { published, told, lines } = await follower(
      new EmbeddedBroker({ url: nowhere.href, clientId: 'away' }),
    );
    const before = await published.read();
    published.start();
    await eventually(() => expect(lines.some((line) => line.includes('not followed for now'))).toBe(true));
    expect(published.status.following).toBe(false);
    const statement = await signStatement(convention('late'), coordination.privateKey);
    await database.ingest.query(
      'INSERT INTO messaging.convention (id, version, statement) VALUES ($1, 1, $2)',
      ['late', statement],
    );
    await eventually(() => expect(told).toEqual(expect.arrayContaining([...before.map(keyOf), 'late@1'])));
    await published.stop();
  });

  it('a key that no longer counts takes its conventions with it', async () => {
    const statement = await signStatement(convention('stolen'), thief.privateKey);
    await database.ingest.query(
      'INSERT INTO messaging.convention (id, version, statement) VALUES ($1, 1, $2)',
      ['stolen', statement],
    );
    const trusting = await follower(newBroker(), { keys: [coordination, thief] });
    const { published } = await follower(newBroker());
    expect((await trusting.published.read()).map(keyOf)).toContain('stolen@1');
    expect((await published.read()).map(keyOf)).not.toContain('stolen@1');
    expect([trusting.published.status.unsigned, published.status.unsigned]).toEqual([0, 1]);
  });

  it.each([
    "UPDATE messaging.convention SET statement = ''",
    'DELETE FROM messaging.convention',
    'TRUNCATE messaging.convention',
  ])('what is kept is not changed: %s', async (sql) => {
    for (const role of ['ingest', 'serve'] as const) {
      await expect(database[role].query(sql)).rejects.toMatchObject({ driverError: { code: '42501' } });
    }
  });
});

describeWithKafka('over Kafka', () => {
  let kafka: TestKafka;
  beforeAll(async () => {
    kafka = await testKafka();
  }, 120_000);
  afterAll(() => kafka?.stop(), 60_000);

  it(
    'keeps what is signed, once, and refuses the rest',
    () =>
      followsWhatIsSigned(
        () =>
          new KafkaBroker({
            brokers: kafka.brokers,
            clientId: 'conventions',
            username: kafka.adminUser,
            password: kafka.adminPassword,
          }),
      ),
    60_000,
  );
});
