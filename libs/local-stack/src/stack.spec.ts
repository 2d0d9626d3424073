import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withClient } from './sql';
import { type Stack, type StackOptions, startStack } from './stack';
import type { BrokerAccess } from './stack-broker';

jest.setTimeout(120_000);

const root = mkdtempSync(join(tmpdir(), 'liaison-stack-'));
const dataDir = join(root, 'data');
const lines: string[] = [];

const service = join(root, 'service.js');
writeFileSync(
  service,
  `console.log(process.env.FAULT ?? 'no fault');
   require('http').createServer((request, response) => response.end(JSON.stringify(process.env)))
     .listen(Number(process.env.HTTP_PORT), '127.0.0.1');
   process.on('SIGTERM', () => process.exit(0));`,
);
const failing = join(root, 'failing.js');
writeFileSync(failing, `console.error('Error: no conventions'); process.exit(1);`);

const services = [
  { name: 'police', agencyId: 'police-75', entry: service },
  { name: 'audit-log', agencyId: 'audit-log', entry: service, env: { EXTRA: 'yes' } },
];
let stack: Stack | undefined;

async function start(options: Partial<StackOptions> = {}): Promise<Stack> {
  const report = (line: string): void => void lines.push(line);
  const common = {
    root,
    dataDir,
    ports: 'free',
    durable: false,
    broker: 'embedded',
    services,
    report,
  } as const;
  return (stack = await startStack({ ...common, ...options }));
}

const environmentOf = async (name: string): Promise<Record<string, string>> => {
  const response = await fetch(stack?.service(name).url ?? '');
  return (await response.json()) as Record<string, string>;
};

afterEach(async () => {
  await stack?.stop();
  stack = undefined;
  lines.length = 0;
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

test('each service gets its own database, its own user of the broker, and what it needs to know', async () => {
  const prepared: BrokerAccess[] = [];
  const { issuer, broker } = await start({ prepareBroker: async (access) => void prepared.push(access) });
  expect(prepared).toEqual([broker]);
  const police = await environmentOf('police');
  const auditLog = await environmentOf('audit-log');
  expect(police).toMatchObject({
    AGENCY_ID: 'police-75',
    LIAISON_ENV: 'development',
    BROKER: 'embedded',
    OIDC_ISSUER: issuer,
    OIDC_AUDIENCE: 'urn:liaison',
    CONVENTIONS_DIR: join(root, 'conventions'),
  });
  expect(auditLog['EXTRA']).toBe('yes');
  expect(police['AGENT_PSEUDONYM_KEY']?.length).toBeGreaterThanOrEqual(32);
  expect(police['AGENT_PSEUDONYM_KEY']).not.toBe(auditLog['AGENT_PSEUDONYM_KEY']);
  const who = async (url = ''): Promise<unknown> =>
    withClient(url, async (client) => {
      const { rows } = await client.query('SELECT current_database() AS database, session_user AS role');
      return rows[0] as unknown;
    });
  expect(await who(police['DATABASE_URL_SERVE'])).toEqual({ database: 'police', role: 'police_serve' });
  expect(await who(auditLog['DATABASE_URL_INGEST'])).toEqual({
    database: 'audit_log',
    role: 'audit_log_ingest',
  });
  expect(await who(police['EMBEDDED_BROKER_URL'])).toEqual({ database: 'broker', role: 'police-75' });
  for (const name of ['PostgreSQL', 'databases', 'OpenID provider', 'topics', 'police', 'audit-log']) {
    expect(lines).toContainEqual(expect.stringMatching(new RegExp(`^${name} … [\\d.]+ s$`)));
  }
});

test('a second start finds what the first one left; fresh removes that and nothing else', async () => {
  const first = await start();
  const key = (await environmentOf('police'))['AGENT_PSEUDONYM_KEY'];
  await withClient(first.service('police').database.migrateUrl, (client) =>
    client.query('CREATE TABLE kept ()'),
  );
  await first.stop();
  writeFileSync(join(dataDir, 'mine.txt'), 'of the user');

  const second = await start();
  expect((await environmentOf('police'))['AGENT_PSEUDONYM_KEY']).toBe(key);
  await withClient(second.service('police').database.migrateUrl, (client) =>
    client.query('SELECT FROM kept'),
  );
  expect(existsSync(join(dataDir, 'logs.previous', 'police.log'))).toBe(true);
  await second.stop();

  const third = await start({ fresh: true });
  const gone = withClient(third.service('police').database.migrateUrl, (client) =>
    client.query('SELECT FROM kept'),
  );
  await expect(gone).rejects.toThrow('does not exist');
  expect(existsSync(join(dataDir, 'mine.txt'))).toBe(true);
});

test('a service that was killed starts again on its port, with a fault to be tested where asked', async () => {
  const police = (await start()).service('police');
  const { pid, url } = police;
  police.kill('SIGKILL');
  await police.exited();
  expect(police.running).toBe(false);
  await police.restart({ FAULT: 'stop after T1' });
  expect([police.url, police.running]).toEqual([url, true]);
  expect(police.pid).not.toBe(pid);
  expect(readFileSync(police.logFile, 'utf8')).toBe('no fault\nstop after T1\n');
});

test('when one service cannot start, nothing stays, and one line says why', async () => {
  const broken = start({
    services: [...services, { name: 'prefecture', agencyId: 'prefecture-75', entry: failing }],
  });
  await expect(broken).rejects.toMatchObject({
    code: 'process-died',
    message: expect.stringMatching(
      /^prefecture ended while it started \(exit code 1\): Error: no conventions \(.*\)$/,
    ),
  });
  expect(existsSync(join(dataDir, 'lock'))).toBe(false);
  expect(existsSync(join(dataDir, 'postgres', 'data', 'postmaster.pid'))).toBe(false);
});

test('a service that is not built', async () => {
  const unbuilt = start({
    services: [{ name: 'police', agencyId: 'police-75', entry: join(root, 'none.js') }],
  });
  await expect(unbuilt).rejects.toMatchObject({ code: 'not-built' });
});

test('a data folder has one stack at a time', async () => {
  const first = await start();
  await expect(start()).rejects.toMatchObject({ code: 'already-running' });
  stack = first;
});

test('a second stack beside the first collides on the default ports, in one line', async () => {
  process.env['LIAISON_PORT_BASE'] = '14300';
  try {
    const first = await start({ ports: 'default' });
    const second = start({ ports: 'default', dataDir: join(root, 'other') });
    await expect(second).rejects.toMatchObject({
      code: 'port-in-use',
      message: expect.stringContaining('143'),
    });
    stack = first;
  } finally {
    delete process.env['LIAISON_PORT_BASE'];
  }
});
