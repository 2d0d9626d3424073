import { AGENCY_MIGRATIONS } from '@liaison/casework';
import {
  type AgencyDatabase,
  createAgencyDatabase,
  testPostgres,
  type TestPostgres,
  onlyAllowed,
  outcomesAs,
} from '@liaison/testing';
import { StoredRecord } from './record/record.entity';
import { AUDIT_LOG } from './service';

describe('the database of the audit log', () => {
  let server: TestPostgres;
  let database: AgencyDatabase;

  beforeAll(async () => {
    server = await testPostgres();
    database = await createAgencyDatabase(
      server,
      [...AGENCY_MIGRATIONS, ...AUDIT_LOG.migrations],
      [StoredRecord],
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

  const VALUES = `(gen_random_uuid(), 'police-75', gen_random_uuid(), 1, 'read', now(), 'c', '', '{}', now())`;
  const COLUMNS = '(record_id, agency, epoch, number, kind, at, commitment, salt, record, appended_at)';
  const TRIES = {
    insert: `INSERT INTO audit_log.record ${COLUMNS} VALUES ${VALUES}`,
    select: 'SELECT * FROM audit_log.record',
    update: `UPDATE audit_log.record SET record = '{}'`,
    'update one column': `UPDATE audit_log.record SET number = 2`,
    upsert: `INSERT INTO audit_log.record ${COLUMNS} VALUES ${VALUES} ON CONFLICT (record_id) DO UPDATE SET number = 2`,
    merge: 'MERGE INTO audit_log.record r USING (SELECT 1) w ON true WHEN MATCHED THEN DELETE',
    delete: 'DELETE FROM audit_log.record',
    truncate: 'TRUNCATE audit_log.record',
    lock: 'SELECT * FROM audit_log.record FOR UPDATE',
    alter: 'ALTER TABLE audit_log.record DROP COLUMN salt',
    drop: 'DROP TABLE audit_log.record',
    trigger: `CREATE TRIGGER t BEFORE INSERT ON audit_log.record EXECUTE FUNCTION suppress_redundant_updates_trigger()`,
    'rule of its own': `CREATE RULE r AS ON INSERT TO audit_log.record DO INSTEAD NOTHING`,
  };

  it.each([
    ['ingest', ['insert', 'select']],
    ['serve', ['select']],
  ] as const)('%s may %s, and nobody may change or delete', async (role, allowed) => {
    expect(await outcomesAs(database[role], TRIES)).toEqual(onlyAllowed(TRIES, allowed));
    const rights = await database.owner.query<{ table_name: string; privilege_type: string }[]>(
      `SELECT table_name, privilege_type FROM information_schema.role_table_grants
        WHERE table_schema = 'audit_log' AND grantee = $1 ORDER BY table_name, privilege_type`,
      [database.roles[role]],
    );
    const expected = [...allowed].sort();
    expect(
      rights.map(({ table_name, privilege_type }) => [table_name, privilege_type.toLowerCase()]),
    ).toEqual(['record', 'renumbering'].flatMap((table) => expected.map((right) => [table, right])));
  });

  it('lets serve see why something was parked, and not what it was', async () => {
    await database.serve.query('SELECT source, id, state, reason, sequence FROM messaging.inbox');
    await expect(database.serve.query('SELECT body FROM messaging.inbox')).rejects.toMatchObject({
      code: '42501',
    });
    await expect(database.serve.query('SELECT digest FROM messaging.inbox')).rejects.toMatchObject({
      code: '42501',
    });
  });
});
