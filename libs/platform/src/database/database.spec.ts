import {
  createAgencyDatabase,
  eventually,
  startProxy,
  testPostgres,
  type AgencyDatabase,
  type TestPostgres,
} from '@liaison/testing';
import { Client } from 'pg';
import type { DataSource, MigrationInterface, QueryRunner } from 'typeorm';
import { isDatabaseUnavailable, sqlState } from './database-errors';
import { migrate } from './migrate';
import { openDatabase } from './open-database';
import { serveTransaction } from './serve-transaction';
import { serviceRoles } from './service-roles';

class Record1763800000001 implements MigrationInterface {
  readonly name = 'Record1763800000001';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { ingest, serve } = await serviceRoles(queryRunner);
    await queryRunner.query(`CREATE TABLE record (id integer PRIMARY KEY, text text NOT NULL)`);
    await queryRunner.query(`GRANT SELECT, INSERT ON record TO ${ingest}`);
    await queryRunner.query(`GRANT SELECT ON record TO ${serve}`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE record`);
  }
}

const OFFICER = { agency: 'police-75', unit: "b'rp", roles: ['officer', 'supervisor'] };
const READ_SETTINGS = `SELECT current_setting('liaison.agency', true) AS agency,
  current_setting('liaison.unit', true) AS unit, current_setting('liaison.roles', true) AS roles`;

describe('database', () => {
  let server: TestPostgres;
  let database: AgencyDatabase;
  let ingest: DataSource;
  let serve: DataSource;

  beforeAll(async () => {
    server = await testPostgres();
    database = await createAgencyDatabase(server, []);
    const ran = await Promise.all([1, 2, 3].map(() => migrate(database.migrateUrl, [Record1763800000001])));
    expect(ran.flat()).toEqual(['Record1763800000001']);
    const open = (url: string, poolSize: number): Promise<DataSource> =>
      openDatabase({ url, entities: [], poolSize, applicationName: 'liaison-spec', statementTimeoutMs: 500 });
    [ingest, serve] = await Promise.all([open(database.ingestUrl, 2), open(database.serveUrl, 1)]);
  });
  afterAll(async () => {
    await Promise.all([ingest?.destroy(), serve?.destroy()]);
    await database?.close();
    await server?.stop();
  });

  const codeOf = async (work: Promise<unknown>): Promise<string | undefined> =>
    work.then(
      () => 'done',
      (error: unknown) => sqlState(error),
    );

  it('names the roles as SQL takes them', async () => {
    const runner = ingest.createQueryRunner();
    const { ingest: ingestRole, serve: serveRole } = database.roles;
    expect(await serviceRoles(runner)).toEqual({ ingest: ingestRole, serve: serveRole });
    await runner.release();
  });

  it('lets each role do what it was granted and nothing else', async () => {
    expect(await codeOf(ingest.query(`INSERT INTO record VALUES (1, 'a')`))).toBe('done');
    expect(await codeOf(serve.query(`SELECT * FROM record`))).toBe('done');
    const denied = [
      serve.query(`INSERT INTO record VALUES (2, 'b')`),
      ingest.query(`UPDATE record SET text = 'b'`),
      ingest.query(`DELETE FROM record`),
      ingest.query(`TRUNCATE record`),
      ingest.query(`DROP TABLE record`),
      serve.query(`CREATE TABLE own (id integer)`),
      serve.query(`SELECT * FROM schema_migration`),
    ];
    expect(await Promise.all(denied.map(codeOf))).toEqual(denied.map(() => '42501'));
  });

  it('tells the transaction, and only it, who reads', async () => {
    const [seen] = await serveTransaction(serve, OFFICER, (manager) =>
      manager.query<object[]>(READ_SETTINGS),
    );
    expect(seen).toEqual({ agency: 'police-75', unit: "b'rp", roles: 'officer,supervisor' });
    // The pool has one connection: it is the same that the transaction had.
    const [after] = await serve.query<Record<string, string | null>[]>(READ_SETTINGS);
    expect(Object.values(after ?? {}).map((value) => value || null)).toEqual([null, null, null]);
  });

  it('rolls back what failed', async () => {
    const failing = serveTransaction(ingest, OFFICER, async (manager) => {
      await manager.query(`INSERT INTO record VALUES (3, 'c')`);
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await ingest.query(`SELECT id FROM record WHERE id = 3`)).toEqual([]);
  });

  it('sets time limits and a name on every connection', async () => {
    const show = async (name: string): Promise<unknown> => {
      const [row] = await serve.query<{ value: string }[]>(`SELECT current_setting($1) AS value`, [name]);
      return row?.value;
    };
    expect(await show('application_name')).toBe('liaison-spec');
    expect(await show('idle_in_transaction_session_timeout')).toBe('10s');
    const late = await serve.query(`SELECT pg_sleep(5)`).catch((error: unknown) => error);
    expect(sqlState(late)).toBe('57014');
    expect(isDatabaseUnavailable(late)).toBe(true);
  });

  it('survives the loss of its connections, idle or busy', async () => {
    const busy = ingest.query(`SELECT pg_sleep(0.4)`).catch((error: unknown) => error);
    const lost = await superuser(
      server.adminUrl,
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'liaison-spec'`,
    );
    expect(lost).toBeGreaterThanOrEqual(2);
    expect(isDatabaseUnavailable(await busy)).toBe(true);
    // A connection that was idle may be taken once more before its end is noticed: that caller gets a 503.
    for (const pool of [ingest, serve])
      expect(await eventually(() => pool.query(`SELECT 1 AS one`))).toEqual([{ one: 1 }]);
  });

  it('gives a connection up that has fallen silent for longer than any statement may take', async () => {
    const url = new URL(server.adminUrl);
    const proxy = await startProxy({ port: Number(url.port) });
    url.port = String(proxy.port);
    const pool = await openDatabase({
      url: url.href,
      entities: [],
      poolSize: 1,
      applicationName: 'liaison-spec-silent',
      statementTimeoutMs: 100,
    });
    try {
      await pool.query('SELECT 1');
      proxy.blackHole();
      const silenced = await pool.query('SELECT 2').catch((error: unknown) => error);
      expect(isDatabaseUnavailable(silenced)).toBe(true);
      expect(await pool.query('SELECT 3 AS three')).toEqual([{ three: 3 }]);
    } finally {
      await pool.destroy();
      await proxy.close();
    }
  });

  it('tells what may succeed later from what may not', async () => {
    const nobody = await openDatabase({
      url: 'postgres://a:b@127.0.0.1:1/c',
      entities: [],
      poolSize: 1,
      applicationName: 'liaison-spec',
      statementTimeoutMs: 500,
    }).catch((error: unknown) => error);
    expect(isDatabaseUnavailable(nobody)).toBe(true);
    const wrong = await ingest.query(`INSERT INTO record VALUES (1, NULL)`).catch((error: unknown) => error);
    expect(isDatabaseUnavailable(wrong)).toBe(false);
    expect(isDatabaseUnavailable(new TypeError('x'))).toBe(false);
    expect(isDatabaseUnavailable(undefined)).toBe(false);
  });
});

/** Rows of one statement as the server's superuser. */
async function superuser(url: string, sql: string): Promise<number | null> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rowCount } = await client.query(sql);
  await client.end();
  return rowCount;
}
