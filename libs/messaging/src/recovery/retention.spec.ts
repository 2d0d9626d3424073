import { type AuditRecordedV2, NOTICE_ACKNOWLEDGED } from '@liaison/contracts';
import type { Agency } from '@liaison/kernel';
import {
  aNewEvent,
  createEmbeddedBroker,
  eventually,
  LossyBroker,
  releaseAll,
  SMALL_DIRECTORY,
  startTestAgency,
  type TestAgency,
  type TestDatabase,
  type TestPostgres,
  testPostgres,
} from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import { EmbeddedBroker } from '../broker';
import type { RefusedRelease } from '../dispatch/ports';
import { onIncident } from './incidents';
import { purgeSealed } from './retention';

const PREFECTURE = SMALL_DIRECTORY.findAgency('prefecture-75') as Agency;
const INBOX = 'liaison.inbox.prefecture-75';
const REFUSED: RefusedRelease = {
  allowed: false,
  code: 'convention-ended',
  rules: [],
  legalBases: [],
  digest: '0'.repeat(64),
};
const KEPT = { days: 30, boundDays: 180 };

describe('sealed bytes', () => {
  let server: TestPostgres;
  let brokerDatabase: TestDatabase;
  let broker: LossyBroker;
  let police: TestAgency;
  let prefecture: TestAgency;
  let auditLog: TestAgency;
  /** The version of a case that may not leave. */
  let refusing: number | undefined;

  const newBroker = (clientId: string) => new EmbeddedBroker({ url: brokerDatabase.adminUrl, clientId });

  beforeEach(async () => {
    server = await testPostgres();
    brokerDatabase = await createEmbeddedBroker(server);
    broker = new LossyBroker(newBroker('police'));
    refusing = undefined;
    police = await startTestAgency('police-75', server, broker, {
      decideRelease: (event) => (event.caseVersion === refusing ? REFUSED : releaseAll(event)),
    });
    prefecture = await startTestAgency('prefecture-75', server, newBroker('prefecture'), {
      handles: [NOTICE_ACKNOWLEDGED],
    });
    auditLog = await startTestAgency('audit-log', server, newBroker('audit-log'));
  });

  afterEach(async () => {
    await Promise.all([police, prefecture, auditLog].map((agency) => agency.stop()));
    await brokerDatabase.drop();
    await server.stop();
  });

  async function openCase() {
    const caseId = randomUUID();
    const { intents, lanes } = await police.database.serve.transaction((manager) =>
      police.outbox.openCase(manager, { id: caseId, unit: 'brp', facts: {} }, aNewEvent(PREFECTURE, 1)),
    );
    police.dispatcher.wake(lanes);
    return { caseId, reference: intents[0]?.reference ?? '', eventId: intents[0]?.eventId ?? '' };
  }

  async function append(caseId: string, version: number): Promise<void> {
    const { lanes } = await police.database.serve.transaction((manager) =>
      police.outbox.append(manager, caseId, aNewEvent(PREFECTURE, version)),
    );
    police.dispatcher.wake(lanes);
  }

  const run = <T = unknown>(sql: string, parameters: unknown[] = []): Promise<T> =>
    police.database.owner.query<T>(sql, parameters);

  const statesOf = async (caseId: string) =>
    (
      await run<{ state: string }[]>(
        'SELECT state FROM messaging.delivery_status WHERE case_id = $1 ORDER BY sequence NULLS LAST',
        [caseId],
      )
    ).map(({ state }) => state);

  const reaches = (caseId: string, ...states: string[]) =>
    eventually(async () => expect(await statesOf(caseId)).toEqual(states), { timeoutMs: 20_000 });

  /** Of the events for the préfecture. */
  const keptOf = async (reference: string) =>
    (
      await run<{ sequence: number }[]>(
        `SELECT d.sequence FROM messaging.sealed_body b JOIN messaging.delivery d USING (lane_id, position)
          WHERE d.reference = $1 AND d.recipient = 'prefecture-75' ORDER BY d.sequence`,
        [reference],
      )
    ).map(({ sequence }) => sequence);

  /** Everything sent so far counts as looked at, and as so many days old. */
  async function age(days: number): Promise<void> {
    await run('UPDATE messaging.lane SET examined_position = marked_position');
    await purge();
    await run('UPDATE messaging.lane_day SET day = day - $1::int', [days]);
    await run('UPDATE messaging.sealed_body SET day = day - $1::int', [days]);
  }

  async function purge(chunk?: number): Promise<number | undefined> {
    await run('UPDATE messaging.retention SET next_at = clock_timestamp()');
    return purgeSealed(police.database.ingest, KEPT, chunk);
  }

  it('stay for the horizon after their arrival, and then go, the news of it too; what was decided stays', async () => {
    const { caseId, reference } = await openCase();
    await append(caseId, 2);
    await reaches(caseId, 'delivered', 'delivered');
    await age(29);
    await purge();
    expect(await keptOf(reference)).toEqual([1, 2]);
    await run('UPDATE messaging.lane_day SET day = day - 1');
    await purge(1);
    expect(await keptOf(reference)).toEqual([]);
    expect(await statesOf(caseId)).toEqual(['delivered', 'delivered']);
    const [{ count }] = await run<[{ count: number }]>(
      'SELECT count(*)::int AS count FROM messaging.sealed_body',
    );
    expect(count).toBe(0);
    // What came after the note of that day stays.
    const { caseId: later, reference: kept } = await openCase();
    await reaches(later, 'delivered');
    await purge();
    expect(await keptOf(kept)).toEqual([1]);
    const received = await prefecture.database.owner.query<{ kept: number }[]>(
      'SELECT count(body)::int AS kept FROM messaging.inbox',
    );
    expect(received).toEqual([{ kept: 0 }]);
  });

  it('of a case that is overdue stay, up to the bound; those that were not published stay beyond it', async () => {
    broker.lose(({ topic, value }) => topic === INBOX && value.includes(NOTICE_ACKNOWLEDGED), 1);
    const { caseId, reference } = await openCase();
    await reaches(caseId, 'sent');
    const lost = await run<unknown[]>(
      `INSERT INTO messaging.overdue (peer, reference, epoch, lane_id, sent_at, next_at)
       SELECT recipient, reference, epoch, lane_id, decided_at, clock_timestamp() + interval '1 day'
         FROM messaging.delivery WHERE reference = $1 AND kind = 'event' RETURNING 1`,
      [reference],
    );
    expect(lost).toHaveLength(1);
    broker.fail((topic) => topic === INBOX);
    const waiting = await openCase();
    await reaches(waiting.caseId, 'frozen');
    await age(60);
    await purge();
    expect(await keptOf(reference)).toEqual([1]);
    await age(130);
    await purge();
    expect(await keptOf(reference)).toEqual([]);
    expect(await keptOf(waiting.reference)).toEqual([1]);
  });

  it('that are gone are asked for: a void takes their place, and the event is dispatched anew, if it still may leave', async () => {
    const lose = async () => {
      broker.lose(({ topic, value }) => topic === INBOX && value.includes(NOTICE_ACKNOWLEDGED), 1);
      const opened = await openCase();
      await reaches(opened.caseId, 'sent');
      await run('DELETE FROM messaging.sealed_body WHERE message_id = $1', [opened.eventId]);
      return opened;
    };
    const allowed = await lose();
    await append(allowed.caseId, 2);
    await reaches(allowed.caseId, 'voided', 'delivered', 'delivered');
    const applied = prefecture.received.filter(({ envelope }) => envelope.subject === allowed.reference);
    expect(applied.map(({ envelope }) => envelope.sequence)).toEqual([2, 3]);
    expect(applied.map(({ data }) => (data as { recipientVersion: number }).recipientVersion)).toEqual([
      2, 1,
    ]);

    const forbidden = await lose();
    refusing = 1;
    await append(forbidden.caseId, 2);
    await reaches(forbidden.caseId, 'voided', 'delivered', 'refused');
  });

  it('of a void that are gone come as a new void; those of audit records in another message, under their numbers', async () => {
    const { caseId, reference } = await openCase();
    await reaches(caseId, 'delivered');
    await eventually(() => expect(recordsOf(1)).toHaveLength(1));
    const taken = await police.database.serve.transaction((manager) =>
      police.outbox.voidDelivered(manager, caseId, { reason: 'amended' }),
    );
    police.dispatcher.wake(taken.lanes);
    await reaches(caseId, 'voided');
    await eventually(() => expect(recordsOf(2)).toHaveLength(1));
    const codes: string[] = [];
    const unsubscribe = onIncident(({ peer, code }) => codes.push(`${peer} ${code}`));

    await run('DELETE FROM messaging.sealed_body');
    // The second as it was frozen before its first number was kept with it.
    await run('UPDATE messaging.delivery SET first_record = NULL WHERE sequence = 2');
    await run(
      `INSERT INTO messaging.resend (lane_id, position)
       SELECT lane_id, position FROM messaging.delivery
        WHERE kind = 'void' OR (kind = 'audit' AND sequence IN (1, 2))`,
    );
    await eventually(async () => {
      const voids = await run<{ state: string; sequence: number }[]>(
        `SELECT state, sequence FROM messaging.delivery WHERE reference = $1 AND kind = 'void' ORDER BY position`,
        [reference],
      );
      expect(voids).toEqual([
        { state: 'revoked', sequence: 1 },
        { state: 'frozen', sequence: 1 },
      ]);
    });
    await reaches(caseId, 'voided');
    await eventually(() => {
      expect(recordsOf(1)).toHaveLength(2);
      expect(recordsOf(2)).toHaveLength(2);
    });
    for (const sequence of [1, 2]) {
      const [before, again] = recordsOf(sequence);
      expect(again?.first).toBe(before?.first);
    }
    const voided = await auditLog.database.owner.query<{ sequence: number }[]>(
      "SELECT sequence FROM messaging.tombstone WHERE peer = 'police-75' ORDER BY sequence",
    );
    expect(voided).toEqual([{ sequence: 1 }, { sequence: 2 }]);
    expect(codes).toEqual([]);
    unsubscribe();
  });

  /** Messages of the police with the records that its message of that sequence brought first. */
  function recordsOf(sequence: number): AuditRecordedV2[] {
    const messages = auditLog.received.filter(({ sender }) => sender === 'police-75');
    const first = messages.find(({ envelope }) => envelope.sequence === sequence)?.data as
      AuditRecordedV2 | undefined;
    const ids = (data: AuditRecordedV2) => data.records.map(({ recordId }) => recordId).join();
    return messages
      .map(({ data }) => data as AuditRecordedV2)
      .filter((data) => first && ids(data) === ids(first));
  }

  it('of an event that cannot come again are an incident, and recorded', async () => {
    const { caseId, eventId } = await openCase();
    await reaches(caseId, 'delivered');
    const codes: string[] = [];
    const unsubscribe = onIncident(({ peer, code }) => codes.push(`${peer} ${code}`));
    await run('DELETE FROM messaging.sealed_body');
    await run('UPDATE messaging.delivery SET case_id = NULL WHERE event_id = $1', [eventId]);
    await run(
      `INSERT INTO messaging.resend (lane_id, position)
       SELECT lane_id, position FROM messaging.delivery WHERE event_id = $1`,
      [eventId],
    );
    await eventually(() => expect(codes).toEqual(['prefecture-75 bytes-no-longer-kept']));
    unsubscribe();
    const incidents = await run(
      `SELECT record ->> 'counterpart' AS peer, record ->> 'reason' AS reason FROM messaging.audit_record
        WHERE kind = 'incident'`,
    );
    expect(incidents).toEqual([{ peer: 'prefecture-75', reason: 'bytes-no-longer-kept' }]);
  });

  it('are purged once an hour, by one process; no role deletes them itself', async () => {
    await run('UPDATE messaging.retention SET next_at = clock_timestamp()');
    const both = await Promise.all([1, 2].map(() => purgeSealed(police.database.ingest, KEPT)));
    expect(both.filter((purged) => purged === undefined)).toHaveLength(1);
    expect(await purgeSealed(police.database.ingest, KEPT)).toBeUndefined();
    const [row] = await run<{ soon: boolean; later: boolean }[]>(
      `SELECT completed_at > clock_timestamp() - interval '1 minute' AS soon,
              next_at > clock_timestamp() + interval '50 minutes' AS later FROM messaging.retention`,
    );
    expect(row).toEqual({ soon: true, later: true });
    for (const role of [police.database.ingest, police.database.serve]) {
      await expect(role.query('DELETE FROM messaging.sealed_body')).rejects.toThrow(/permission denied/);
      await expect(role.query('DELETE FROM messaging.delivery')).rejects.toThrow(/permission denied/);
    }
    await expect(police.database.serve.query('SELECT messaging.purge_sealed(1, 1, 1, 1)')).rejects.toThrow(
      /permission denied/,
    );
  });
});
