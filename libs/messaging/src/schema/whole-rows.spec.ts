import { copyAgencyDatabase, testPostgres, type AgencyDatabase, type TestPostgres } from '@liaison/testing';

describe('rows of documents, records and sealed bytes', () => {
  let server: TestPostgres;
  let database: AgencyDatabase;

  beforeAll(async () => {
    server = await testPostgres();
    database = await copyAgencyDatabase(server);
  });
  afterAll(async () => {
    await database?.close();
    await server?.stop();
  });

  const bytesOf = (letters: number) => Buffer.alloc(letters, 'a');
  async function store(position: number, body: Buffer): Promise<number> {
    await database.ingest.query(
      `INSERT INTO messaging.sealed_body (lane_id, position, key, message_id, body) VALUES (1, $1, 'k', 'm', $2)`,
      [position, body],
    );
    const [row] = await database.owner.query<{ bytes: string }[]>(
      `SELECT pg_relation_size(reltoastrelid) AS bytes FROM pg_class WHERE oid = 'messaging.sealed_body'::regclass`,
    );
    return Number(row?.bytes);
  }

  it('stay whole up to 8 KB; what is larger is stored all the same', async () => {
    expect(await store(1, bytesOf(7_000))).toBe(0);
    expect(await store(2, bytesOf(100_000))).toBeGreaterThan(0);
    const rows = await database.owner.query<{ bytes: number }[]>(
      'SELECT octet_length(body) AS bytes FROM messaging.sealed_body ORDER BY position',
    );
    expect(rows).toEqual([{ bytes: 7_000 }, { bytes: 100_000 }]);
  });
});
