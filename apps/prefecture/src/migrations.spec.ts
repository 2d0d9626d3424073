import { AGENCY_MIGRATIONS } from '@liaison/casework';
import {
  type AgencyDatabase,
  createAgencyDatabase,
  testPostgres,
  type TestPostgres,
  onlyAllowed,
  outcomesAs,
} from '@liaison/testing';
import { ReceivedNotice } from './notice/notice.entity';
import { PREFECTURE } from './service';

describe('the database of a préfecture', () => {
  let server: TestPostgres;
  let database: AgencyDatabase;

  beforeAll(async () => {
    server = await testPostgres();
    database = await createAgencyDatabase(
      server,
      [...AGENCY_MIGRATIONS, ...PREFECTURE.migrations],
      [ReceivedNotice],
    );
  });
  afterAll(async () => {
    await database.close();
    await server.stop();
  });

  it('is what the entities say', async () => {
    const { upQueries } = await database.owner.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
  });

  const TRIES = {
    insert: `INSERT INTO prefecture.received_notice
      SELECT gen_random_uuid(), gen_random_uuid(), 'police-75', gen_random_uuid(), gen_random_uuid(), 1, 'desk', now(),
             'p', 'c@1', '75', '{}', '[]', '{}', NULL, 'new', 1, NULL, NULL`,
    select: 'SELECT * FROM prefecture.received_notice',
    acknowledge: `UPDATE prefecture.received_notice SET state = 'acknowledged', version = 2, acknowledged_at = now(),
      acknowledgement_version = 1`,
    rewrite: `UPDATE prefecture.received_notice SET content = '{"procedure":{}}'`,
    void: `UPDATE prefecture.received_notice SET state = 'voided', content = '{}'`,
    readdress: `UPDATE prefecture.received_notice SET unit = 'other'`,
    delete: 'DELETE FROM prefecture.received_notice',
    truncate: 'TRUNCATE prefecture.received_notice',
    drop: 'DROP TABLE prefecture.received_notice',
    create: 'CREATE TABLE prefecture.own (id int)',
  };

  it.each([
    ['ingest', ['insert', 'select', 'void']],
    ['serve', ['select', 'acknowledge']],
  ] as const)('%s may do what it needs: %s', async (role, allowed) => {
    expect(await outcomesAs(database[role], TRIES)).toEqual(onlyAllowed(TRIES, allowed));
  });
});
