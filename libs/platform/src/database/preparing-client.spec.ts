import { type TestPostgres, testPostgres } from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { sqlState } from './database-errors';
import { PreparingClient, StatementNames } from './preparing-client';

describe('PreparingClient', () => {
  let server: TestPostgres;
  let client: PreparingClient;
  const names = new StatementNames();
  const table = `preparing_${randomUUID().replaceAll('-', '')}`;

  beforeAll(async () => {
    server = await testPostgres();
    client = new PreparingClient({ connectionString: server.adminUrl }, names);
    await client.connect();
    await client.query(`CREATE TABLE ${table} (id int PRIMARY KEY, text text NOT NULL)`);
  });
  afterAll(async () => {
    await client?.query(`DROP TABLE IF EXISTS ${table}`);
    await client?.end();
    await server?.stop();
  });

  const preparedAs = async (text: string): Promise<string[]> => {
    const { rows } = await client.query<{ name: string }>(
      `SELECT name FROM pg_prepared_statements WHERE statement = '${text}'`,
    );
    return rows.map(({ name }) => name);
  };

  it('prepares a statement with parameters once, whatever they are', async () => {
    const text = 'SELECT $1::int + $2::int AS sum';
    const sums = [];
    for (const value of [1, 2, 3]) {
      sums.push((await client.query<{ sum: number }>(text, [value, 10])).rows[0]?.sum);
    }
    expect(sums).toEqual([11, 12, 13]);
    expect(await preparedAs(text)).toHaveLength(1);
  });

  it('prepares nothing without parameters, so that BEGIN and several statements at once stay what they are', async () => {
    await client.query('SELECT 1 AS a; SELECT 2 AS b');
    await client.query('SELECT 3 AS c', []);
    expect(await preparedAs('SELECT 3 AS c')).toEqual([]);
  });

  it('prepares in each connection for itself', async () => {
    const text = 'SELECT $1::text AS said';
    const other = new PreparingClient({ connectionString: server.adminUrl }, names);
    await other.connect();
    try {
      const answers = await Promise.all([client, other].map((each) => each.query(text, ['here'])));
      expect(answers.map(({ rows }) => rows)).toEqual([[{ said: 'here' }], [{ said: 'here' }]]);
    } finally {
      await other.end();
    }
  });

  it('reports a statement that fails, and prepares the next one all the same', async () => {
    const text = `INSERT INTO ${table} VALUES ($1, $2)`;
    await client.query(text, [1, 'first']);
    const again = await client.query(text, [1, 'again']).catch((error: unknown) => sqlState(error));
    expect(again).toBe('23505');
    await client.query(text, [2, 'second']);
    expect(await preparedAs(text)).toHaveLength(1);
  });

  it('a connection that is lost while nobody listens does not end the process', async () => {
    const lost = new PreparingClient({ connectionString: server.adminUrl }, names);
    await lost.connect();
    const { rows } = await lost.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const ended = new Promise((resolve) => lost.once('end', resolve));
    await client.query('SELECT pg_terminate_backend($1)', [rows[0]?.pid]);
    await ended;
  });

  it('fails once, not for ever, when a migration changes what a statement returns', async () => {
    const text = `SELECT * FROM ${table} WHERE id = $1`;
    await client.query(text, [1]);
    const migration = new Client({ connectionString: server.adminUrl });
    await migration.connect();
    await migration.query(`ALTER TABLE ${table} ADD COLUMN more text`);
    await migration.end();
    expect(await client.query(text, [1]).catch((error: unknown) => sqlState(error))).toBe('0A000');
    expect((await client.query(text, [1])).rows).toEqual([{ id: 1, text: 'first', more: null }]);
  });
});
