import { type AgencyDatabase, copyAgencyDatabase, type TestPostgres, testPostgres } from '@liaison/testing';
import type { Sql } from '../outbox/lanes';
import { listOverdue } from './overdue';

const LANES = 50;

describe('what was sent long ago and has no answer', () => {
  let server: TestPostgres;
  let database: AgencyDatabase;

  beforeAll(async () => {
    server = await testPostgres();
    database = await copyAgencyDatabase(server);
    // One delivery a lane, sent just now; in the first lane one of an hour ago before it.
    await database.owner.query(
      `INSERT INTO messaging.lane (topic, partition, last_position, marked_position)
       SELECT 'inbox', generate_series(1, $1), 2, 2`,
      [LANES],
    );
    await database.owner.query(
      `INSERT INTO messaging.case_reference (peer, reference, lane_id, epoch, last_sequence)
       SELECT 'prefecture-75', gen_random_uuid(), id, gen_random_uuid(), 2 FROM messaging.lane`,
    );
    await database.owner.query(
      `INSERT INTO messaging.delivery
         (event_id, lane_id, position, kind, state, recipient, reference, epoch, sequence, type, decided_at)
       SELECT gen_random_uuid(), l.id, position, 'event', 'frozen', r.peer, r.reference, r.epoch, position, 'any',
              clock_timestamp() - make_interval(hours => (l.partition = 1 AND position = 1)::int)
         FROM messaging.lane l JOIN messaging.case_reference r ON r.lane_id = l.id
        CROSS JOIN generate_series(1, 2) AS position`,
    );
  });

  afterAll(async () => {
    await database.close();
    await server.stop();
  });

  it('is looked for without a statement for each lane', async () => {
    let statements = 0;
    const counting: Sql = {
      query: (sql, parameters) => {
        statements += 1;
        return database.ingest.query(sql, parameters);
      },
    };
    await listOverdue(counting, 300);
    expect(statements).toBe(2);
    const listed = await database.owner.query<object[]>(
      `SELECT l.partition FROM messaging.overdue o JOIN messaging.lane l ON l.id = o.lane_id`,
    );
    expect(listed).toEqual([{ partition: 1 }]);

    statements = 0;
    await listOverdue(counting, 300);
    expect(statements).toBe(1);
  });

  it('is overdue by the time that its convention gives, sooner or later than the default', async () => {
    const sentFor = '400 seconds';
    const dueAfter = [90, 3600, null];
    await database.owner.query(
      `INSERT INTO messaging.lane (topic, partition, last_position, marked_position)
       SELECT 'other', generate_series(1, $1), 1, 1`,
      [dueAfter.length],
    );
    await database.owner.query(
      `INSERT INTO messaging.case_reference (peer, reference, lane_id, epoch, last_sequence)
       SELECT 'ase-75', gen_random_uuid(), id, gen_random_uuid(), 1 FROM messaging.lane WHERE topic = 'other'`,
    );
    await database.owner.query(
      `INSERT INTO messaging.delivery
         (event_id, lane_id, position, kind, state, recipient, reference, epoch, sequence, type, decided_at, due_within)
       SELECT gen_random_uuid(), l.id, 1, 'event', 'frozen', r.peer, r.reference, r.epoch, 1, 'any',
              clock_timestamp() - $2::interval, ($1::int[])[l.partition]
         FROM messaging.lane l JOIN messaging.case_reference r ON r.lane_id = l.id WHERE l.topic = 'other'`,
      [dueAfter, sentFor],
    );
    const overdueAfter = async (defaultSeconds: number): Promise<number[]> => {
      await listOverdue(database.ingest, defaultSeconds);
      const rows = await database.owner.query<{ partition: number }[]>(
        `SELECT l.partition FROM messaging.overdue o JOIN messaging.lane l ON l.id = o.lane_id
          WHERE l.topic = 'other' ORDER BY 1`,
      );
      return rows.map(({ partition }) => partition);
    };
    expect(await overdueAfter(500)).toEqual([1]);
    expect(await overdueAfter(300)).toEqual([1, 3]);
  });
});
