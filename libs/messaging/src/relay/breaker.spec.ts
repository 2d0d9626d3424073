import { NOTICE_ACKNOWLEDGED } from '@liaison/contracts';
import { type Agency, AppError } from '@liaison/kernel';
import {
  aNewEvent,
  auditRecordsIn,
  createEmbeddedBroker,
  eventually,
  LossyBroker,
  SMALL_DIRECTORY,
  startTestAgency,
  type TestAgency,
  type TestDatabase,
  type TestPostgres,
  testPostgres,
} from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import { EmbeddedBroker } from '../broker';
import type { Lease } from '../dispatch/lease';
import { Breakers } from './breaker';

const PREFECTURE = SMALL_DIRECTORY.findAgency('prefecture-75') as Agency;
const INBOX = 'liaison.inbox.prefecture-75';
const UNKNOWN = new AppError('topic-unknown', 'There is none.');

describe('a recipient that cannot be reached', () => {
  let server: TestPostgres;
  let brokerDatabase: TestDatabase;
  let broker: LossyBroker;
  let police: TestAgency;
  let prefecture: TestAgency;
  let auditLog: TestAgency;
  /** Messages in each request for the préfecture's inbox that failed. */
  let attempts: number[];

  const newBroker = (clientId: string) => new EmbeddedBroker({ url: brokerDatabase.adminUrl, clientId });
  const startPolice = async (database?: TestAgency['database']) => {
    broker = new LossyBroker(newBroker('police'));
    police = await startTestAgency('police-75', server, broker, {}, database);
  };

  beforeAll(async () => {
    server = await testPostgres();
    brokerDatabase = await createEmbeddedBroker(server);
    await startPolice();
    prefecture = await startTestAgency('prefecture-75', server, newBroker('prefecture'), {
      handles: [NOTICE_ACKNOWLEDGED],
    });
    auditLog = await startTestAgency('audit-log', server, newBroker('audit-log'));
  });

  afterEach(async () => {
    broker.loseNothing();
    await tryNow();
    await eventually(async () => expect(await breaker()).toMatchObject({ state: 'closed', waiting: 0 }));
  });

  afterAll(async () => {
    await Promise.all([police, prefecture, auditLog].map((agency) => agency.stop()));
    await brokerDatabase.drop();
    await server.stop();
  });

  function cutOff(error: AppError | true): void {
    attempts = [];
    broker.fail((topic, messages) => {
      if (topic !== INBOX) return false;
      attempts.push(messages.length);
      return error;
    });
  }

  async function openCase(events: number): Promise<{ caseId: string; reference: string }> {
    const caseId = randomUUID();
    const lanes: number[] = [];
    let reference = '';
    for (let version = 1; version <= events; version += 1) {
      const recorded = await police.database.serve.transaction((manager) =>
        version === 1
          ? police.outbox.openCase(
              manager,
              { id: caseId, unit: 'brp', facts: {} },
              aNewEvent(PREFECTURE, version),
            )
          : police.outbox.append(manager, caseId, aNewEvent(PREFECTURE, version)),
      );
      lanes.push(...recorded.lanes);
      reference = recorded.intents[0]?.reference ?? '';
    }
    police.dispatcher.wake(lanes);
    return { caseId, reference };
  }

  const breaker = async () =>
    (
      await police.database.serve.query<Record<string, unknown>[]>(
        `SELECT b.state, b.reason, b.attempts, b.next_at IS NOT NULL AS tries_again,
                (SELECT count(*)::int FROM messaging.intent WHERE recipient = 'prefecture-75') AS waiting
           FROM messaging.breaker b WHERE topic = $1`,
        [INBOX],
      )
    )[0];

  const isOpen = (reason: string) =>
    eventually(async () => expect(await breaker()).toMatchObject({ state: 'open', reason }));

  const tryNow = () =>
    police.database.serve.query(
      `UPDATE messaging.breaker SET next_at = clock_timestamp() WHERE state = 'open'`,
    );

  /** No probe by itself while a test looks. */
  const tryLater = () =>
    police.database.serve.query(
      `UPDATE messaging.breaker SET next_at = clock_timestamp() + interval '1 hour' WHERE state = 'open'`,
    );

  const statesOf = async (caseId: string) =>
    police.database.serve.query<{ state: string; reason: string | null }[]>(
      'SELECT state, reason FROM messaging.delivery_status WHERE case_id = $1 ORDER BY case_version',
      [caseId],
    );

  const receivedOf = (reference: string) =>
    prefecture.received
      .filter(({ envelope }) => envelope.subject === reference)
      .map(({ envelope }) => envelope.sequence);

  it('opens its breaker; nothing more is frozen or published for it, and others go on', async () => {
    cutOff(UNKNOWN);
    const first = await openCase(1);
    await isOpen('topic-unknown');
    expect(await statesOf(first.caseId)).toEqual([{ state: 'frozen', reason: 'topic-unknown' }]);
    await tryLater();
    const before = attempts.length;
    const held = await Promise.all(Array.from({ length: 6 }, () => openCase(2)));
    const recorded = police.audit.prepare({
      kind: 'refusal',
      at: new Date().toISOString(),
      legalBases: [],
      fields: [],
    });
    await police.database.ingest.transaction((manager) => police.audit.append(manager, [recorded]));
    police.dispatcher.wake([police.audit.laneId]);
    await eventually(() =>
      expect(auditRecordsIn(auditLog.received).map(({ recordId }) => recordId)).toContain(recorded.recordId),
    );
    for (const { caseId } of held) {
      expect(await statesOf(caseId)).toEqual(Array(2).fill({ state: 'pending', reason: 'topic-unknown' }));
    }
    expect(attempts.slice(before)).toEqual([]);

    broker.loseNothing();
    await tryNow();
    await eventually(() => {
      for (const { reference } of held) expect(receivedOf(reference)).toEqual([1, 2]);
    });
    expect(receivedOf(first.reference)).toEqual([1]);
    expect(await breaker()).toMatchObject({ state: 'closed', reason: null, tries_again: false });
  });

  it('is tried with one message of one lane at a time, after longer and longer pauses', async () => {
    cutOff(new AppError('topic-forbidden', 'No.'));
    await Promise.all(Array.from({ length: 8 }, () => openCase(3)));
    await isOpen('topic-forbidden');
    await tryLater();
    const begun = (await breaker())?.['attempts'] as number;
    let before = 0;
    for (const probes of [1, 2, 3, 4]) {
      await tryNow();
      await eventually(async () =>
        expect(await breaker()).toMatchObject({ state: 'open', attempts: begun + probes }),
      );
      await tryLater();
      // Whatever was on its way when it opened has come back by now.
      if (probes === 1) before = attempts.length;
    }
    expect(attempts.slice(before)).toEqual([1, 1, 1]);
  });

  it('is not begun with by a process that starts: the breaker is the agency’s, not the process’s', async () => {
    cutOff(true);
    const { caseId, reference } = await openCase(2);
    await isOpen('broker-unavailable');
    await tryLater();
    await police.halt();
    await startPolice(police.database);
    cutOff(true);
    const later = await openCase(1);
    await eventually(async () => expect(await statesOf(later.caseId)).toMatchObject([{ state: 'pending' }]));
    // Two polls later still nothing.
    const [{ now }] = await police.database.serve.query<[{ now: Date }]>('SELECT clock_timestamp() AS now');
    await eventually(() => expect(Date.now()).toBeGreaterThan(now.getTime() + 2_500));
    expect(attempts).toEqual([]);
    expect((await statesOf(caseId)).map(({ state }) => state)).not.toContain('sent');
    broker.loseNothing();
    await tryNow();
    await eventually(() => expect(receivedOf(reference)).toEqual([1, 2]));
  });

  it('is tried by another lane when the process that probed has died', async () => {
    cutOff(UNKNOWN);
    const { reference } = await openCase(1);
    await isOpen('topic-unknown');
    await police.database.owner.query(
      `UPDATE messaging.breaker SET state = 'half-open', lane_id = -1, next_at = clock_timestamp() + interval '1 hour'`,
    );
    broker.loseNothing();
    await eventually(() => expect(receivedOf(reference)).toEqual([1]));
  });

  it('has its breaker closed when nothing is left to try with', async () => {
    cutOff(UNKNOWN);
    const { caseId } = await openCase(1);
    await isOpen('topic-unknown');
    await tryLater();
    const waiting = await openCase(1);
    await police.database.serve.transaction(async (manager) => {
      await police.outbox.voidDelivered(manager, caseId, { reason: 'withdrawn' });
      await police.outbox.voidDelivered(manager, waiting.caseId, { reason: 'withdrawn' });
    });
    // Their voids are for the recipient too: they keep it open until it is back.
    await tryNow();
    await isOpen('topic-unknown');
    await police.database.owner.query("DELETE FROM messaging.intent WHERE recipient = 'prefecture-75'");
    await police.database.owner.query('UPDATE messaging.lane SET marked_position = last_position');
    await tryNow();
    await eventually(async () => expect(await breaker()).toMatchObject({ state: 'closed' }));
  });

  it('keeps it closed for one message that is too large', async () => {
    broker.refuse(
      ({ topic, value }) =>
        topic === INBOX && value.includes(NOTICE_ACKNOWLEDGED) && value.includes('"sequence":1,'),
    );
    const { caseId } = await openCase(2);
    await eventually(async () =>
      expect(await statesOf(caseId)).toEqual([
        { state: 'parked', reason: 'message-too-large' },
        { state: 'delivered', reason: null },
      ]),
    );
    expect(await breaker()).toMatchObject({ state: 'closed' });
  });

  it('opens it for failures in a row only, over all lanes: what one lane can send counts for all', async () => {
    const breakers = new Breakers(police.database.ingest);
    const lease: Lease = {
      laneId: 1,
      topic: 'liaison.inbox.ase-75',
      partition: 0,
      token: '1',
      markedPosition: 0n,
      lastPosition: 0n,
    };
    for (let turn = 0; turn < 10; turn += 1) {
      await breakers.failed(lease, UNKNOWN, false);
      await breakers.failed(lease, UNKNOWN, false);
      await breakers.passed(lease.topic);
    }
    expect(breakers.isOpen(lease.topic)).toBe(false);
    for (let failure = 0; failure < 3; failure += 1) await breakers.failed(lease, UNKNOWN, false);
    expect(breakers.isOpen(lease.topic)).toBe(true);
    expect(breakers.isOpen(INBOX)).toBe(false);
  });
});
