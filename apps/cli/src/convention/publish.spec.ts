import { CONVENTIONS_TOPIC } from '@liaison/contracts';
import { EmbeddedBroker, StatementKeys } from '@liaison/messaging';
import {
  changedConvention,
  createEmbeddedBroker,
  eventually,
  type TestDatabase,
  testPostgres,
  type TestPostgres,
} from '@liaison/testing';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Output } from '../output';
import { installedConventions } from './convention-set';
import { runConvention } from './convention';

const FILE = join(installedConventions, 'police-association.v1.yaml');

describe('liaison convention publish', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const said: string[] = [];
  const output: Output = { say: (line) => void said.push(line), result: () => undefined };
  let folder: string;
  let key: string;
  let server: TestPostgres;
  let brokerDatabase: TestDatabase;
  let explained: jest.SpyInstance;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'liaison-publish-'));
    key = join(folder, 'key.pem');
    writeFileSync(key, privateKey.export({ type: 'pkcs8', format: 'pem' }));
    server = await testPostgres();
    brokerDatabase = await createEmbeddedBroker(server);
  });
  beforeEach(() => {
    explained = jest.spyOn(console, 'error').mockImplementation();
    process.env['BROKER'] = 'embedded';
    process.env['EMBEDDED_BROKER_URL'] = brokerDatabase.adminUrl;
  });
  afterEach(() => {
    explained.mockRestore();
    delete process.env['BROKER'];
    delete process.env['EMBEDDED_BROKER_URL'];
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await brokerDatabase?.drop();
    await server?.stop();
  });

  it('puts the text as it stands on the topic, under its version, signed', async () => {
    expect(await runConvention(['publish', FILE], { key }, output)).toBe(0);
    expect(said).toEqual(['published police-association@1']);
    const broker = new EmbeddedBroker({ url: brokerDatabase.adminUrl, clientId: 'reader' });
    const seen: { key: string; value: Buffer }[] = [];
    await broker.connect();
    await broker.subscribe({
      group: 'reader',
      topics: [CONVENTIONS_TOPIC],
      onBatch: async ({ messages }) => void seen.push(...messages),
      onCrash: (error) => {
        throw error;
      },
    });
    await eventually(() => expect(seen.map((message) => message.key)).toEqual(['police-association@1']));
    await broker.disconnect();
    const keys = await StatementKeys.fromPem(
      publicKey.export({ type: 'spki', format: 'pem' }).toString(),
      'keys',
    );
    expect(await keys.open(seen[0]?.value ?? Buffer.alloc(0))).toEqual({
      id: 'police-association',
      version: 1,
      text: readFileSync(FILE, 'utf8'),
    });
  });

  it('publishes no text that a party has not signed', async () => {
    const changed = changedConvention('police-association', (text) =>
      text.replace(/ {2}- party: associations\n( {4}.*\n)+/, ''),
    );
    const file = join(changed, 'police-association.v1.yaml');
    expect(await runConvention(['publish', file], { key }, output)).toBe(2);
    expect(explained).toHaveBeenCalledWith(expect.stringContaining('not every party has signed'));
    rmSync(changed, { recursive: true });
  });

  it('says what is wrong with a key, and which broker it needs', async () => {
    expect(await runConvention(['publish', FILE], { key: FILE }, output)).toBe(2);
    expect(explained).toHaveBeenLastCalledWith(expect.stringContaining('Ed25519 private key'));
    process.env['BROKER'] = 'kafka';
    expect(await runConvention(['publish', FILE], { key }, output)).toBe(2);
    expect(explained).toHaveBeenLastCalledWith(expect.stringContaining('Set KAFKA_BROKERS'));
  });
});
