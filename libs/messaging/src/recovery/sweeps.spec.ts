import { type AgencyDatabase, copyAgencyDatabase, SMALL_DIRECTORY, testPostgres } from '@liaison/testing';
import type { TestPostgres } from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import { Lanes } from '../outbox/lanes';
import { Recovery } from './recovery';

const REFERENCE = randomUUID();
const EPOCH = randomUUID();

describe('a round of every sweep', () => {
  let server: TestPostgres;
  let database: AgencyDatabase;
  beforeAll(async () => {
    server = await testPostgres();
    database = await copyAgencyDatabase(server);
  });
  afterAll(async () => {
    await database.close();
    await server.stop();
  });

  const run = <T>(sql: string, parameters: unknown[] = []): Promise<T> =>
    database.owner.query<T>(sql, parameters);

  const warnings: object[] = [];
  const woken: number[] = [];
  const recovery = (): Recovery =>
    new Recovery({
      redriveUnderstood: async () => 0,
      agency: 'police-75',
      directory: SMALL_DIRECTORY,
      database: database.ingest,
      lanes: new Lanes(database.ingest),
      logger: {
        info: () => undefined,
        warn: (fields, message) => warnings.push({ ...fields, message }),
        error: (fields, message) => warnings.push({ ...fields, message }),
      },
      wake: (lanes) => woken.push(...lanes),
    });

  it('fails on nothing, with nothing to do and with something for each, and wakes the lanes of what it asks for', async () => {
    await recovery().sweep();
    expect(warnings).toEqual([]);
    expect(woken).toEqual([]);

    const lanes = await run<{ id: number }[]>(
      `INSERT INTO messaging.lane (topic, partition, last_position, marked_position)
       SELECT 'liaison.inbox.prefecture-75', p, 1, 1 FROM generate_series(0, 2) p RETURNING id`,
    );
    const [hole, voiding, overdue] = lanes.map(({ id }) => id);
    await run(
      `INSERT INTO messaging.gap (peer, reference, epoch, lane_id, highest, next_at)
       VALUES ('prefecture-75', $1, $2, $3, 4, clock_timestamp())`,
      [REFERENCE, EPOCH, hole],
    );
    const voidId = randomUUID();
    await run(
      `INSERT INTO messaging.voiding (event_id, lane_id, void_id, next_at) VALUES ('voided', $1, $2, clock_timestamp())`,
      [voiding, voidId],
    );
    for (const [event, lane, kind] of [
      [voidId, voiding, 'void'],
      ['late', overdue, 'event'],
    ]) {
      await run(
        `INSERT INTO messaging.delivery
           (event_id, lane_id, position, kind, state, recipient, reference, epoch, sequence, type, decided_at)
         VALUES ($1, $2, 1, $3, 'frozen', 'prefecture-75', $4, $5, 1, 'x', now() - interval '1 hour')`,
        [event, lane, kind, REFERENCE, EPOCH],
      );
    }
    await run(
      `INSERT INTO messaging.case_reference (peer, reference, lane_id, epoch, last_sequence)
       VALUES ('prefecture-75', $1, $2, $3, 1)`,
      [REFERENCE, overdue, EPOCH],
    );
    await run(`INSERT INTO messaging.recovery (peer, epoch) VALUES ('prefecture-75', $1)`, [EPOCH]);

    await recovery().sweep();
    expect(warnings).toEqual([]);
    expect(woken).toEqual(expect.arrayContaining([hole, voiding, overdue]));
    expect(woken.every((lane) => Number.isInteger(lane))).toBe(true);
    const asked = await run<unknown[]>(
      `SELECT kind, reference FROM messaging.intent WHERE kind = 'gap-request' ORDER BY reference NULLS LAST`,
    );
    expect(asked).toEqual([
      { kind: 'gap-request', reference: REFERENCE },
      { kind: 'gap-request', reference: null },
    ]);
    expect(await run('SELECT lane_id FROM messaging.resend ORDER BY lane_id')).toEqual(
      expect.arrayContaining([{ lane_id: voiding }, { lane_id: overdue }]),
    );
  });
});
