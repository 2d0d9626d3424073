import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { createBrokerDatabase } from './broker-database';
import { freePort } from './ports';
import { type Postgres, type PostgresOptions, startPostgres } from './postgres';
import { createServiceDatabase, dropDatabase } from './service-database';
import { findServerUser } from './postgres-user';
import { withClient } from './sql';

jest.setTimeout(60_000);

const folder = mkdtempSync(join(tmpdir(), 'liaison-postgres-'));
const dataDir = join(folder, 'server');
const servers: Postgres[] = [];

async function start(options: Partial<PostgresOptions> = {}): Promise<Postgres> {
  const server = await startPostgres({ dataDir, durable: false, ...options });
  servers.push(server);
  return server;
}

const query = (url: string, sql: string) =>
  withClient(url, async (client) => (await client.query(sql)).rows as unknown[]);

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a second start finds its data again; a fresh one does not', async () => {
  const first = await start();
  await query(first.adminUrl, 'CREATE TABLE kept AS SELECT 42 AS answer');
  await first.stop();
  const second = await start();
  expect(await query(second.adminUrl, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  await second.stop();
  const fresh = await start({ fresh: true });
  await expect(query(fresh.adminUrl, 'SELECT answer FROM kept')).rejects.toThrow('does not exist');
});

test('the password is random and readable by this user alone', async () => {
  await start();
  const file = join(dataDir, 'admin-password');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(file, 'utf8').trim()).toHaveLength(32);
});

test('killed with SIGKILL under load: restarts on the same port, and what was committed is there', async () => {
  const server = await start({ durable: true });
  await query(server.adminUrl, 'CREATE TABLE written (n int)');
  const { pid, port } = server;
  let committed = 0;
  const writing = withClient(server.adminUrl, async (client) => {
    client.on('error', () => undefined);
    for (let n = 1; ; n++) {
      await client.query('INSERT INTO written VALUES ($1)', [n]);
      committed = n;
      if (n === 50) void server.kill();
    }
  });
  await expect(writing).rejects.toThrow();
  await server.restart();
  expect(server.port).toBe(port);
  expect(server.pid).not.toBe(pid);
  const rows = await query(server.adminUrl, 'SELECT n FROM written ORDER BY n');
  expect(committed).toBeGreaterThanOrEqual(50);
  expect(rows.slice(0, committed)).toEqual(Array.from({ length: committed }, (_, i) => ({ n: i + 1 })));
});

test('a pid file whose pid another program has does not stop it from starting', async () => {
  await (await start()).kill();
  // Of the same user as the server: PostgreSQL itself sees through the pid of any other.
  const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {
    cwd: '/',
    ...findServerUser(),
  });
  const pidFile = join(dataDir, 'data', 'postmaster.pid');
  writeFileSync(pidFile, readFileSync(pidFile, 'utf8').replace(/^\d+/, String(other.pid)));
  try {
    expect((await start()).pid).not.toBe(other.pid);
  } finally {
    other.kill('SIGKILL');
  }
});

test('what an interrupted initialisation left behind does not count', async () => {
  const interrupted = join(folder, 'interrupted');
  mkdirSync(join(interrupted, 'new-1'), { recursive: true });
  writeFileSync(join(interrupted, 'new-1', 'PG_VERSION'), '18\n');
  await start({ dataDir: interrupted });
  expect(readdirSync(interrupted).sort()).toEqual(['admin-password', 'data', 'postgres.log']);
});

describe('one clear line each', () => {
  const failing = (options: Partial<PostgresOptions>) =>
    start(options).then(
      () => 'started',
      (error: { code?: string; message: string }) => `${error.code}: ${error.message}`,
    );

  test('port in use', async () => {
    const port = await freePort();
    const other = createServer().listen(port, '127.0.0.1');
    expect(await failing({ port })).toMatch(
      new RegExp(`^port-in-use: Port ${port} \\(PostgreSQL\\) is in use\\. .+`),
    );
    other.close();
  });

  test('a folder that cannot be written to', async () => {
    const inTheWay = join(folder, 'file');
    writeFileSync(inTheWay, '');
    expect(await failing({ dataDir: join(inTheWay, 'server') })).toMatch(
      /^data-folder-not-writable: Cannot write to /,
    );
  });

  const broken: [string, (data: string) => void, RegExp][] = [
    [
      'of another version',
      (data) => writeFileSync(join(data, 'PG_VERSION'), '14\n'),
      /it is of PostgreSQL 14, and this is/,
    ],
    [
      'with garbage for a version',
      (data) => writeFileSync(join(data, 'PG_VERSION'), '\0\0'),
      /PG_VERSION is not a number/,
    ],
    ['without a version', (data) => rmSync(join(data, 'PG_VERSION')), /holds no PostgreSQL cluster/],
    [
      'with a damaged control file',
      (data) => truncateSync(join(data, 'global', 'pg_control'), 10),
      /PostgreSQL says .*pg_control/,
    ],
    [
      'without its password',
      (data) => rmSync(join(data, '..', 'admin-password')),
      /password file .* is missing/,
    ],
  ];
  test.each(broken)('a data folder %s', async (name, damage, message) => {
    const damaged = join(folder, name.replaceAll(' ', '-'));
    await (await start({ dataDir: damaged })).stop();
    damage(join(damaged, 'data'));
    const line = await failing({ dataDir: damaged });
    expect(line).toMatch(/^data-folder-broken: /);
    expect(line).toMatch(message);
    expect(line).not.toContain('\n');
  });
});

describe('databases of services', () => {
  test('a role reaches its own database and no other, and only the owner creates there', async () => {
    const { adminUrl } = await start();
    const [police, prefecture] = await Promise.all(
      ['police', 'prefecture'].map((name) => createServiceDatabase(adminUrl, name)),
    );
    if (!police || !prefecture) throw new Error('two databases');
    for (const url of [police.migrateUrl, police.ingestUrl, police.serveUrl]) {
      expect(await query(url, 'SELECT current_database() AS name')).toEqual([{ name: 'police' }]);
      for (const other of ['prefecture', 'postgres', 'template1']) {
        const elsewhere = new URL(url);
        elsewhere.pathname = `/${other}`;
        await expect(query(elsewhere.toString(), 'SELECT 1')).rejects.toThrow(
          'permission denied for database',
        );
      }
    }
    await query(police.migrateUrl, 'CREATE TABLE owned ()');
    for (const url of [police.ingestUrl, police.serveUrl]) {
      await expect(query(url, 'CREATE TABLE mine ()')).rejects.toThrow('permission denied');
      await expect(query(url, 'CREATE TEMP TABLE mine ()')).rejects.toThrow('permission denied');
      await expect(query(url, 'SELECT FROM owned')).rejects.toThrow('permission denied');
    }
  });

  test('a second time keeps the data and changes the passwords', async () => {
    const { adminUrl } = await start();
    const before = await createServiceDatabase(adminUrl, 'again');
    await query(before.migrateUrl, 'CREATE TABLE kept ()');
    const after = await createServiceDatabase(adminUrl, 'again');
    await query(after.migrateUrl, 'SELECT FROM kept');
    await expect(query(before.migrateUrl, 'SELECT 1')).rejects.toThrow('password authentication failed');
    await dropDatabase(adminUrl, 'again');
    await dropDatabase(adminUrl, 'again');
    await expect(query(after.migrateUrl, 'SELECT 1')).rejects.toThrow('password authentication failed');
  });

  test('a database name that could be anything else is refused', async () => {
    const refused = createServiceDatabase('postgres://127.0.0.1:1/postgres', 'a"; DROP');
    await expect(refused).rejects.toMatchObject({ code: 'database-name-invalid' });
  });

  test('each user of the embedded broker has a role that may connect there only', async () => {
    const { adminUrl } = await start();
    const broker = await createBrokerDatabase(adminUrl, 'broker', ['police-75', 'audit-log']);
    await query(broker.adminUrl, 'CREATE SCHEMA broker');
    const url = broker.urls.get('police-75') ?? '';
    expect(await query(url, 'SELECT session_user AS who')).toEqual([{ who: 'police-75' }]);
    await expect(query(url, 'CREATE TABLE public.mine ()')).rejects.toThrow('permission denied');
    const client = new Client({ connectionString: url.replace('/broker', '/postgres') });
    await expect(client.connect()).rejects.toThrow('permission denied for database');
  });
});
