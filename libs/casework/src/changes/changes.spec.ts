import {
  type AgencyDatabase,
  createAgencyDatabase,
  feedCaughtUp,
  testPostgres,
  type TestPostgres,
} from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import type { QueryRunner } from 'typeorm';
import { AGENCY_MIGRATIONS } from '../agency/start-agency-service';
import type { Position } from './position';
import { endOfChanges, purgeChanges, readChanges } from './read-changes';
import { watchTable } from './watch-table';

const EPOCH = '01932f5e-8a10-7c44-9d0b-3c1f5a7e9b20';
const LATER = '01932f5f-8a10-7c44-9d0b-3c1f5a7e9b20';

class WatchedSample1790000099000 {
  readonly name = 'WatchedSample1790000099000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `CREATE TABLE casework.sample (id uuid PRIMARY KEY, unit text NOT NULL, version int NOT NULL)`,
    );
    await queryRunner.query(`
      DO $$ BEGIN EXECUTE format('GRANT SELECT, INSERT, UPDATE ON casework.sample TO %I', current_database() || '_serve'); END $$`);
    const select = (kind: string) =>
      `SELECT 'sample', s.id, '${kind}', s.version, NULL::uuid, s.unit FROM new_rows s`;
    await watchTable(queryRunner, { table: 'casework.sample', on: 'INSERT', select: select('made') });
    await watchTable(queryRunner, { table: 'casework.sample', on: 'UPDATE', select: select('changed') });
  }

  down(): Promise<void> {
    return Promise.resolve();
  }
}

describe('the change feed', () => {
  let server: TestPostgres;
  let database: AgencyDatabase;

  beforeAll(async () => {
    server = await testPostgres();
    database = await createAgencyDatabase(server, [...AGENCY_MIGRATIONS, WatchedSample1790000099000]);
    await database.ingest.query(
      `INSERT INTO messaging.agency_state (agency, epoch, audit_reference, policy_digest) VALUES ('a', $1, $2, '')`,
      [EPOCH, randomUUID()],
    );
  });
  beforeEach(() => feedCaughtUp(database));
  afterAll(async () => {
    await database.close();
    await server.stop();
  });

  const make = (
    sql: { query(text: string, values: unknown[]): Promise<unknown> },
    id: string,
    unit = 'brp',
  ) => sql.query('INSERT INTO casework.sample VALUES ($1, $2, 1)', [id, unit]);
  const read = (after?: Position, limit = 100) =>
    readChanges(database.ingest, { epoch: EPOCH, ...(after && { after }), limit });
  /** Everything from a position on, page by page, until what is expected has come. */
  async function follow(after: Position, until: number, limit = 100) {
    const seen: string[] = [];
    for (let at = after; ;) {
      const page = await readChanges(database.ingest, { epoch: EPOCH, after: at, limit });
      seen.push(...page.changes.map(({ id }) => id));
      at = page.next;
      if (seen.length >= until && !page.more) return { seen, at };
    }
  }

  it('has what a transaction changed if it commits, and nothing of one that does not', async () => {
    const end = await endOfChanges(database.ingest, EPOCH);
    const [kept, undone] = [randomUUID(), randomUUID()];
    await database.serve.transaction(async (manager) => {
      await make(manager, kept);
      await manager.query('UPDATE casework.sample SET version = 2 WHERE id = $1', [kept]);
    });
    await database.serve
      .transaction(async (manager) => {
        await make(manager, undone);
        throw new Error('no');
      })
      .catch(() => undefined);
    await feedCaughtUp(database);
    const { changes, expired } = await read(end);
    expect(expired).toBe(false);
    expect(
      changes.map(({ id, kind, version, unit, resource }) => ({ id, kind, version, unit, resource })),
    ).toEqual([
      { resource: 'sample', id: kept, kind: 'made', version: 1, unit: 'brp' },
      { resource: 'sample', id: kept, kind: 'changed', version: 2, unit: 'brp' },
    ]);
  });

  it('never passes a transaction that began earlier and commits later', async () => {
    const end = await endOfChanges(database.ingest, EPOCH);
    const [early, late] = [randomUUID(), randomUUID()];
    const slow = database.serve.createQueryRunner();
    await slow.startTransaction();
    await make(slow, early);
    await make(database.serve, late);
    const during = await read(end);
    expect(during.changes).toEqual([]);
    await slow.commitTransaction();
    await slow.release();
    expect((await follow(during.next, 2)).seen).toEqual([early, late]);
  });

  it('gives readers of many sizes of page everything once, while writers commit in any order', async () => {
    const end = await endOfChanges(database.ingest, EPOCH);
    const ids = Array.from({ length: 120 }, () => randomUUID());
    const readers = [1, 3, 50].map((limit) => follow(end, ids.length, limit));
    await Promise.all(
      [0, 1, 2].map(async (writer) => {
        for (let at = writer * 4; at < ids.length; at += 12) {
          await database.serve.transaction(async (manager) => {
            for (const id of ids.slice(at, at + 4)) await make(manager, id);
          });
        }
      }),
    );
    for (const { seen } of await Promise.all(readers)) {
      expect(seen).toHaveLength(ids.length);
      expect(new Set(seen)).toEqual(new Set(ids));
    }
  });

  it('brings a reader who finds nothing forward: what passed for others does not make its cursor old', async () => {
    const end = await endOfChanges(database.ingest, EPOCH);
    await make(database.serve, randomUUID(), 'bpm');
    await feedCaughtUp(database);
    const quiet = await readChanges(database.ingest, {
      epoch: EPOCH,
      after: end,
      units: ['nobody'],
      limit: 10,
    });
    await database.owner.query(`UPDATE casework.change SET at = now() - interval '40 days'`);
    expect(await purgeChanges(database.ingest, EPOCH, 30, 2)).toBeGreaterThan(3);
    expect((await read(quiet.next)).expired).toBe(false);
    expect((await read(end)).expired).toBe(true);
    expect((await read()).expired).toBe(false);
  });

  it('is over with the epoch: a reader from before a restore starts again', async () => {
    const end = await endOfChanges(database.ingest, EPOCH);
    const page = await readChanges(database.ingest, { epoch: LATER, after: end, limit: 10 });
    expect(page.expired).toBe(true);
    expect(page.next.epoch).toBe(LATER);
  });

  it('is written by nobody but the triggers', async () => {
    const line = `INSERT INTO casework.change (epoch, resource, resource_id, kind, unit)
      VALUES ('${EPOCH}', 'notice', gen_random_uuid(), 'forged', 'brp')`;
    for (const role of [database.serve, database.ingest]) {
      await expect(role.query(line)).rejects.toMatchObject({ driverError: { code: '42501' } });
      await expect(role.query(`UPDATE casework.change SET kind = 'other'`)).rejects.toMatchObject({
        driverError: { code: '42501' },
      });
    }
    await expect(database.serve.query('DELETE FROM casework.change')).rejects.toMatchObject({
      driverError: { code: '42501' },
    });
  });
});
