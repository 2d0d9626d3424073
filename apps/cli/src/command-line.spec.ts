import { dropDatabase } from '@liaison/local-stack';
import { createAgencyDatabase, type TestPostgres, testPostgres } from '@liaison/testing';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { runCommandLine } from './command-line';

const inherited = { ...process.env };
let said: string[];
let explained: string[];

beforeEach(() => {
  said = [];
  explained = [];
  jest.spyOn(console, 'log').mockImplementation((line: string) => void said.push(line));
  jest.spyOn(console, 'error').mockImplementation((line: string) => void explained.push(line));
});
afterEach(() => {
  jest.restoreAllMocks();
  process.env = { ...inherited };
});

test('help lists the commands', async () => {
  expect(await runCommandLine(['help'])).toBe(0);
  for (const command of [
    'liaison up',
    'liaison demo',
    'liaison topics create',
    'liaison database create',
    'liaison epochs begin',
  ]) {
    expect(said.join()).toContain(command);
  }
});

test.each([
  [[], 'Name a command.'],
  [['fly'], 'There is no command "fly".'],
  [['up', '--quick'], "Unknown option '--quick'"],
  [['up', '--kafka=yes'], "Option '--kafka' does not take an argument"],
])('%j is a mistake of the caller: one line, exit 2', async (args, message) => {
  expect(await runCommandLine(args)).toBe(2);
  expect(explained).toEqual([expect.stringContaining(message)]);
  expect(explained[0]).not.toContain('\n');
});

test('topics without a broker: one line says what to set, exit 1', async () => {
  delete process.env['KAFKA_BROKERS'];
  expect(await runCommandLine(['topics', 'create'])).toBe(1);
  expect(explained).toEqual([
    'Set KAFKA_BROKERS (host:port, separated by commas), KAFKA_ADMIN_USERNAME and KAFKA_ADMIN_PASSWORD.',
  ]);
});

test('a data folder that cannot be written to: one line, exit 1', async () => {
  process.env['LIAISON_DATA_DIR'] = join(__filename, 'data');
  expect(await runCommandLine(['demo'])).toBe(1);
  expect(explained).toEqual([expect.stringMatching(/^Cannot write to .*ENOTDIR/)]);
});

describe('epochs begin', () => {
  test('begins a newer epoch in the database that the owner’s URL names', async () => {
    const server = await testPostgres();
    const database = await createAgencyDatabase(server);
    const epochs = () =>
      database.owner.query<{ epoch: string }[]>('SELECT epoch FROM messaging.agency_state');
    await database.owner.query(
      `INSERT INTO messaging.agency_state (agency, epoch, audit_reference, policy_digest)
       VALUES ('police-75', uuidv7(), gen_random_uuid(), 'x')`,
    );
    const [before] = await epochs();
    process.env['DATABASE_URL_MIGRATE'] = database.migrateUrl;
    expect(await runCommandLine(['epochs', 'begin'])).toBe(0);
    const [after] = await epochs();
    expect((after?.epoch ?? '') > (before?.epoch ?? '')).toBe(true);
    const asked = await database.owner.query<{ peer: string }[]>('SELECT peer FROM messaging.recovery');
    expect(asked.map(({ peer }) => peer)).toContain('prefecture-75');
    await database.close();
    await server.stop();
  });
});

describe('database create', () => {
  let server: TestPostgres;
  beforeAll(async () => {
    server = await testPostgres();
  });
  afterAll(() => server.stop());

  const urlOf = (name: string, role: string): string => {
    const url = new URL(server.adminUrl);
    url.pathname = `/${name}`;
    url.username = `${name}_${role}`;
    url.password = encodeURIComponent(`p/${role}`);
    return url.href;
  };

  test('makes the database that the URLs name, whose roles may then log in; again does no harm', async () => {
    const name = `cli_${randomBytes(6).toString('hex')}`;
    const file = join(mkdtempSync(join(tmpdir(), 'liaison-cli-')), 'serve');
    writeFileSync(file, urlOf(name, 'serve'));
    process.env['DATABASE_URL_ADMIN'] = server.adminUrl;
    process.env['DATABASE_URL_MIGRATE'] = urlOf(name, 'migrate');
    process.env['DATABASE_URL_INGEST'] = urlOf(name, 'ingest');
    process.env['DATABASE_URL_SERVE_FILE'] = file;
    expect(await runCommandLine(['database', 'create'])).toBe(0);
    expect(await runCommandLine(['database', 'create'])).toBe(0);
    for (const role of ['migrate', 'ingest', 'serve']) {
      const client = new Client({ connectionString: urlOf(name, role) });
      await client.connect();
      const { rows } = await client.query('SELECT current_user AS "user", current_database() AS database');
      expect(rows).toEqual([{ user: `${name}_${role}`, database: name }]);
      await client.end();
    }
    await dropDatabase(server.adminUrl, name);
  });

  test('with URLs that name different databases: one line, exit 1, no password', async () => {
    process.env['DATABASE_URL_ADMIN'] = server.adminUrl;
    process.env['DATABASE_URL_MIGRATE'] = urlOf('one', 'migrate');
    process.env['DATABASE_URL_INGEST'] = urlOf('one', 'ingest');
    process.env['DATABASE_URL_SERVE'] = urlOf('two', 'serve');
    expect(await runCommandLine(['database', 'create'])).toBe(1);
    expect(explained).toEqual([expect.stringContaining('correct DATABASE_URL_SERVE')]);
    expect(explained.join()).not.toMatch(/p%2F|p\//);
  });
});
