import { NOTICE_ACKNOWLEDGED, type NoticeAcknowledgedV1 } from '@liaison/contracts';
import { type Agency, AppError } from '@liaison/kernel';
import {
  aNewEvent,
  createEmbeddedBroker,
  eventually,
  LossyBroker,
  SMALL_DIRECTORY,
  startTestAgency,
  takeRestorePoint,
  type TestAgency,
  type TestAgencyOptions,
  type TestDatabase,
  type TestPostgres,
  testPostgres,
} from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import { EmbeddedBroker } from '../broker';
import { noteRead } from '../consumer/note-read';
import { replaceParked } from '../dead-letters/replace';
import { beginEpoch } from './begin-epoch';

const PREFECTURE = SMALL_DIRECTORY.findAgency('prefecture-75') as Agency;
const PEERS = SMALL_DIRECTORY.agencies().map(({ id }) => id);
const OPERATOR = { unit: 'desk', agent: 'aa'.repeat(32) };
const event = (recipientVersion: number) => aNewEvent(PREFECTURE, recipientVersion);

describe('restores from a backup, and answers that do not come', () => {
  let server: TestPostgres;
  let brokerDatabase: TestDatabase;
  let broker: LossyBroker;
  let police: TestAgency;
  let prefecture: TestAgency;
  /** The version that the préfecture's projection cannot apply. */
  let refusing: number | undefined;

  const newBroker = (clientId: string) => new EmbeddedBroker({ url: brokerDatabase.adminUrl, clientId });
  const startPolice = async (database?: TestAgency['database']) => {
    broker = new LossyBroker(newBroker('police'));
    police = await startTestAgency('police-75', server, broker, { overdueSeconds: 1 }, database);
  };
  const startPrefecture = async (database?: TestAgency['database']) => {
    const options: TestAgencyOptions = {
      handles: [NOTICE_ACKNOWLEDGED],
      onReceived: ({ data }) => {
        if ((data as NoticeAcknowledgedV1).recipientVersion === refusing) throw new AppError('not-today', '');
      },
    };
    prefecture = await startTestAgency('prefecture-75', server, newBroker('prefecture'), options, database);
  };

  beforeEach(async () => {
    server = await testPostgres();
    brokerDatabase = await createEmbeddedBroker(server);
    await startPolice();
    await startPrefecture();
  });

  afterEach(async () => {
    await Promise.all([police.stop(), prefecture.stop()]);
    await brokerDatabase.drop();
    await server.stop();
  });

  async function openCase(): Promise<{ caseId: string; reference: string; eventId: string }> {
    const caseId = randomUUID();
    const { intents, lanes } = await police.database.serve.transaction((manager) =>
      police.outbox.openCase(manager, { id: caseId, unit: 'brp', facts: {} }, event(1)),
    );
    police.dispatcher.wake(lanes);
    return { caseId, reference: intents[0]?.reference ?? '', eventId: intents[0]?.eventId ?? '' };
  }

  async function append(caseId: string, version: number): Promise<void> {
    const { lanes } = await police.database.serve.transaction((manager) =>
      police.outbox.append(manager, caseId, event(version)),
    );
    police.dispatcher.wake(lanes);
  }

  const statesOf = async (caseId: string): Promise<string[]> =>
    (
      await police.database.serve.query<{ state: string }[]>(
        'SELECT state FROM messaging.delivery_status WHERE case_id = $1 ORDER BY case_version',
        [caseId],
      )
    ).map(({ state }) => state);

  const applied = async (reference: string) =>
    (
      await prefecture.database.owner.query<{ record: { version: number } }[]>(
        `SELECT record FROM messaging.audit_record WHERE reference = $1 AND kind = 'receipt'
           AND record ->> 'reason' IS NULL ORDER BY (record ->> 'version')::int`,
        [reference],
      )
    ).map(({ record }) => record.version);

  const delivered = (caseId: string, count: number) =>
    eventually(async () => expect(await statesOf(caseId)).toEqual(Array(count).fill('delivered')), {
      timeoutMs: 20_000,
    });

  it('a restored sender counts anew: nothing is applied twice, nothing new is taken for a repeat', async () => {
    const { caseId, reference } = await openCase();
    await delivered(caseId, 1);
    broker.fail((topic) => topic.startsWith('liaison.inbox'));
    await append(caseId, 2);
    await police.halt();
    const backup = await takeRestorePoint(server, police.database);
    await startPolice(police.database);
    await delivered(caseId, 2);
    await append(caseId, 3);
    await delivered(caseId, 3);
    await police.halt();
    await backup.restore();
    const begun = await beginEpoch(police.database.owner, PEERS);
    await startPolice(police.database);
    expect(police.epoch).toBe(begun.epoch);
    await append(caseId, 3);
    await delivered(caseId, 3);
    const received = await prefecture.database.owner.query(
      `SELECT state, epoch = $2 AS anew, sequence FROM messaging.inbox WHERE reference = $1 ORDER BY epoch, sequence`,
      [reference, begun.epoch],
    );
    // The first, the third of the lost time; under the new epoch the second, known, and the third of the new time.
    expect(received).toEqual([
      { state: 'applied', anew: false, sequence: 1 },
      { state: 'applied', anew: false, sequence: 3 },
      { state: 'applied', anew: true, sequence: 1 },
      { state: 'applied', anew: true, sequence: 2 },
    ]);
    // As the recipient counts: the second was applied once. Versions only grow, so that none names two documents.
    expect(await applied(reference)).toEqual([1, 2, 3, 4]);
  });

  it('a restored recipient asks for what it lost, and gets the same bytes', async () => {
    const first = await openCase();
    await delivered(first.caseId, 1);
    await prefecture.halt();
    const backup = await takeRestorePoint(server, prefecture.database);
    await startPrefecture(prefecture.database);
    await append(first.caseId, 2);
    const second = await openCase();
    await delivered(first.caseId, 2);
    await delivered(second.caseId, 1);
    await prefecture.halt();
    await backup.restore();
    expect(await applied(second.reference)).toEqual([]);
    await beginEpoch(prefecture.database.owner, PEERS);
    await startPrefecture(prefecture.database);
    await eventually(
      async () => {
        expect(await applied(first.reference)).toEqual([1, 2]);
        expect(await applied(second.reference)).toEqual([1]);
      },
      { timeoutMs: 20_000 },
    );
    await delivered(first.caseId, 2);
    const bytes = new Set(
      broker
        .published()
        .filter(({ value }) => value.includes(NOTICE_ACKNOWLEDGED) && value.includes(first.reference))
        .map(({ value }) => value.toString('hex')),
    );
    expect(bytes.size).toBe(2 + (await policeRecords(first.reference)));
  });

  it('a restored sender still says what an event stands in for, when it sends it again', async () => {
    refusing = 1;
    const { caseId, reference, eventId } = await openCase();
    await eventually(async () => expect(await statesOf(caseId)).toEqual(['parked']));
    refusing = undefined;
    broker.fail((topic) => topic.startsWith('liaison.inbox'));
    const replacement = await police.database.serve.transaction((manager) =>
      replaceParked(manager, police.audit, { peer: 'prefecture-75', id: eventId }, OPERATOR, new Date()),
    );
    police.dispatcher.wake(replacement.lanes);
    await eventually(async () => expect(await statesOf(caseId)).toEqual(['parked', 'frozen']));
    await police.halt();
    await police.database.owner.query('UPDATE messaging.lane SET lease_until = NULL');
    await beginEpoch(police.database.owner, PEERS);
    const queued = await police.database.owner.query<{ replaces: string[] | null }[]>(
      'SELECT replaces FROM messaging.intent WHERE event_id = $1',
      [replacement.eventId],
    );
    expect(queued).toEqual([{ replaces: [eventId] }]);
    await startPolice(police.database);
    await eventually(
      async () => {
        const rows = await prefecture.database.owner.query<{ state: string; reason: string | null }[]>(
          'SELECT state, reason FROM messaging.inbox WHERE reference = $1 ORDER BY sequence',
          [reference],
        );
        expect(rows).toEqual([
          { state: 'dropped', reason: 'replaced' },
          { state: 'applied', reason: null },
        ]);
      },
      { timeoutMs: 20_000 },
    );
  });

  /** Records of the case that went to the audit log name its reference too. */
  const policeRecords = (reference: string): Promise<number> =>
    Promise.resolve(
      new Set(
        broker
          .published()
          .filter(({ topic, value }) => topic === 'liaison.audit' && value.includes(reference))
          .map(({ value }) => value.toString('hex')),
      ).size,
    );

  it('what was read stays read after a restore of its sender, and what is read only then is told too', async () => {
    const [first, second] = [await openCase(), await openCase()];
    await delivered(first.caseId, 1);
    await delivered(second.caseId, 1);
    await prefecture.database.owner.query(
      `INSERT INTO messaging.case_reference (peer, reference, lane_id, epoch)
       SELECT peer, reference, lane_id, epoch FROM messaging.inbound_sequence WHERE peer = 'police-75'`,
    );
    const read = async ({ reference, eventId }: { reference: string; eventId: string }) => {
      const lanes = await prefecture.database.serve.transaction((manager) =>
        noteRead(manager, { sender: 'police-75', reference, eventId }),
      );
      prefecture.dispatcher.wake(lanes);
    };
    const stands = (caseId: string, ...states: string[]) =>
      eventually(async () => expect(await statesOf(caseId)).toEqual(states), { timeoutMs: 20_000 });
    await read(first);
    await stands(first.caseId, 'read');
    await police.halt();
    await police.database.owner.query('UPDATE messaging.lane SET lease_until = NULL');
    await beginEpoch(police.database.owner, PEERS);
    await startPolice(police.database);
    await stands(first.caseId, 'read');
    await append(second.caseId, 2);
    await stands(second.caseId, 'delivered', 'delivered');
    await read(second);
    await stands(second.caseId, 'read', 'delivered');
  });

  it('what waited in the queue keeps its trace over a restore', async () => {
    await police.halt();
    const traceparent = `00-${'ab'.repeat(16)}-${'cd'.repeat(8)}-01`;
    const caseId = randomUUID();
    await police.database.serve.transaction((manager) =>
      police.outbox.openCase(manager, { id: caseId, unit: 'brp', facts: {} }, { ...event(1), traceparent }),
    );
    await beginEpoch(police.database.owner, PEERS);
    const queued = await police.database.owner.query(
      'SELECT traceparent FROM messaging.intent WHERE case_id = $1',
      [caseId],
    );
    expect(queued).toEqual([{ traceparent }]);
  });

  it('refuses to begin an epoch under a service that runs', async () => {
    const { caseId } = await openCase();
    await delivered(caseId, 1);
    await expect(beginEpoch(police.database.owner, PEERS)).rejects.toMatchObject({ code: 'service-running' });
  });

  it('notices the loss of the last event of a case, which no hole shows', async () => {
    const lost = broker.lose(
      ({ topic, value }) => topic.includes('prefecture') && value.includes('"sequence":2,'),
      1,
    );
    const { caseId } = await openCase();
    await append(caseId, 2);
    await eventually(() => expect(lost()).toHaveLength(1));
    await delivered(caseId, 2);
    const listed = await police.database.owner.query(
      "SELECT peer, settled_on IS NOT NULL AS settled FROM messaging.overdue WHERE peer = 'prefecture-75'",
    );
    await eventually(() => expect(listed).toHaveLength(1));
  });
});
