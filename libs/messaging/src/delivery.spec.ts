import { NOTICE_ACKNOWLEDGED, type NoticeAcknowledgedV1 } from '@liaison/contracts';
import { AppError, type Agency } from '@liaison/kernel';
import {
  aNewEvent,
  auditRecordsIn,
  createEmbeddedBroker,
  eventually,
  releaseAll,
  SMALL_DIRECTORY,
  startTestAgency,
  type TestAgency,
  type TestAgencyOptions,
  type TestDatabase,
  type TestPostgres,
  testPostgres,
} from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { EmbeddedBroker } from './broker';
import type { NewEvent } from './outbox/outbox';
import { stageChannel } from './stages';

const PREFECTURE = SMALL_DIRECTORY.findAgency('prefecture-75') as Agency;
const event = (recipientVersion = 1) => aNewEvent(PREFECTURE, recipientVersion);

describe('delivery between two agencies', () => {
  let server: TestPostgres;
  let brokerDatabase: TestDatabase;
  let police: TestAgency;
  let prefecture: TestAgency;
  let auditLog: TestAgency;
  let decide: NonNullable<TestAgencyOptions['decideRelease']>;
  let onReceived: NonNullable<TestAgencyOptions['onReceived']>;

  const newBroker = (clientId: string) => new EmbeddedBroker({ url: brokerDatabase.adminUrl, clientId });

  beforeAll(async () => {
    server = await testPostgres();
    brokerDatabase = await createEmbeddedBroker(server);
    police = await startTestAgency('police-75', server, newBroker('police'), {
      decideRelease: (pending) => decide(pending),
    });
    prefecture = await startTestAgency('prefecture-75', server, newBroker('prefecture'), {
      handles: [NOTICE_ACKNOWLEDGED],
      onReceived: (received) => onReceived(received),
    });
    auditLog = await startTestAgency('audit-log', server, newBroker('audit-log'));
  });

  beforeEach(() => {
    decide = releaseAll;
    onReceived = () => undefined;
  });

  afterAll(async () => {
    await Promise.all([police, prefecture, auditLog].map((agency) => agency.stop()));
    await brokerDatabase.drop();
    await server.stop();
  });

  async function open(caseId: string, first = event()) {
    const recorded = await police.database.serve.transaction((manager) =>
      police.outbox.openCase(manager, { id: caseId, unit: 'brp', facts: {} }, first),
    );
    police.dispatcher.wake(recorded.lanes);
    return recorded;
  }

  async function append(caseId: string, next: NewEvent) {
    const recorded = await police.database.serve.transaction((manager) =>
      police.outbox.append(manager, caseId, next),
    );
    police.dispatcher.wake(recorded.lanes);
    return recorded;
  }

  const statesOf = async (caseId: string): Promise<string[]> =>
    (
      await police.database.serve.query<{ state: string }[]>(
        'SELECT state FROM messaging.delivery_status WHERE case_id = $1 ORDER BY case_version',
        [caseId],
      )
    ).map(({ state }) => state);

  const receivedOf = (reference: string | undefined) =>
    prefecture.received.filter(({ envelope }) => envelope.subject === reference);

  const recordsOf = async (database: DataSource, reference: string | undefined) =>
    (
      await database.query<{ kind: string }[]>(
        'SELECT kind FROM messaging.audit_record WHERE reference = $1 ORDER BY at',
        [reference],
      )
    ).map(({ kind }) => kind);

  it('goes on after a failure when the clock is set back: a pause is measured, not read off the clock', async () => {
    let failures = 0;
    decide = (pending) => {
      failures += 1;
      if (failures <= 4) throw new AppError('policy-unavailable', 'not now', { retriable: true });
      return releaseAll(pending);
    };
    const caseId = randomUUID();
    const { intents } = await open(caseId);
    // The pause after the fourth failure is the longest: the clock is set back within it.
    await eventually(() => failures === 4);
    const now = Date.now.bind(Date);
    const clock = jest.spyOn(Date, 'now').mockImplementation(() => now() - 86_400_000);
    try {
      await eventually(() => receivedOf(intents[0]?.reference).length === 1);
    } finally {
      clock.mockRestore();
    }
  });

  it('carries an event once, in order, and shows the sender that it was delivered', async () => {
    const caseId = randomUUID();
    const { intents } = await open(caseId);
    for (const version of [2, 3]) await append(caseId, event(version));
    await eventually(async () => {
      expect(await statesOf(caseId)).toEqual(['delivered', 'delivered', 'delivered']);
    });
    const arrived = receivedOf(intents[0]?.reference);
    expect(arrived.map(({ data }) => data)).toEqual([1, 2, 3].map((version) => event(version).document));
    expect(arrived.map(({ envelope }) => envelope.sequence)).toEqual([1, 2, 3]);
    expect(arrived.map(({ envelope }) => envelope.recipientversion)).toEqual([1, 2, 3]);
  });

  it('records the disclosure with the sender, the receipt with the recipient, and pairs them', async () => {
    const { intents } = await open(randomUUID());
    const reference = intents[0]?.reference;
    await eventually(() => expect(receivedOf(reference)).toHaveLength(1));
    expect(await recordsOf(police.database.serve, reference)).toEqual(['disclosure']);
    await eventually(async () =>
      expect(await recordsOf(prefecture.database.serve, reference)).toEqual(['receipt']),
    );
    const logged = await eventually(() => {
      const own = auditRecordsIn(auditLog.received).filter((record) => record.reference === reference);
      expect(own.map(({ kind }) => kind).sort()).toEqual(['disclosure', 'receipt']);
      return own;
    });
    const disclosure = logged.find(({ kind }) => kind === 'disclosure');
    const receipt = logged.find(({ kind }) => kind === 'receipt');
    expect(receipt?.['disclosureCommitment']).toBe(disclosure?.['commitment']);
  });

  it('sends nothing that is refused at dispatch: no sequence is consumed, and the author is told why', async () => {
    const caseId = randomUUID();
    decide = () => ({
      allowed: false,
      code: 'no-convention',
      rules: [],
      legalBases: [],
      digest: '0'.repeat(64),
    });
    const refused: unknown[] = [];
    const count = (message: unknown) => refused.push(message);
    stageChannel('refused').subscribe(count);
    const { intents } = await open(caseId);
    await eventually(async () => expect(await statesOf(caseId)).toEqual(['refused']));
    await eventually(() =>
      expect(refused).toEqual([expect.objectContaining({ topic: 'liaison.inbox.prefecture-75', count: 1 })]),
    );
    stageChannel('refused').unsubscribe(count);
    decide = releaseAll;
    await append(caseId, event(2));
    await eventually(async () => expect(await statesOf(caseId)).toEqual(['refused', 'delivered']));
    const arrived = receivedOf(intents[0]?.reference);
    expect(
      arrived.map(({ envelope: { sequence, recipientversion } }) => [sequence, recipientversion]),
    ).toEqual([[1, 1]]);
    expect(await recordsOf(police.database.serve, intents[0]?.reference)).toEqual(['refusal', 'disclosure']);
  });

  it('loses no intent whose transaction took a lower number and commits later', async () => {
    const late = randomUUID();
    const slow = police.database.serve.createQueryRunner();
    await slow.startTransaction();
    await police.outbox.openCase(slow.manager, { id: late, unit: 'brp', facts: {} }, event());
    const early = randomUUID();
    await open(early);
    await eventually(async () => expect(await statesOf(early)).toEqual(['delivered']));
    await slow.commitTransaction();
    await slow.release();
    await eventually(async () => expect(await statesOf(late)).toEqual(['delivered']));
  });

  it('parks the one event that its handler refuses; others go on, and its own case waits', async () => {
    const refused = randomUUID();
    onReceived = ({ data }) => {
      if ((data as NoticeAcknowledgedV1).role === refused) throw new AppError('not-today', 'Not today.');
    };
    const caseId = randomUUID();
    const { document, ...rest } = event();
    const bad = await open(caseId, {
      ...rest,
      document: { ...(document as NoticeAcknowledgedV1), role: refused },
    });
    await append(caseId, event(2));
    const good = await Promise.all([open(randomUUID()), open(randomUUID())]);
    for (const { intents } of good) {
      await eventually(() => expect(receivedOf(intents[0]?.reference)).toHaveLength(1));
    }
    await eventually(async () => {
      const rows = await prefecture.database.owner.query(
        `SELECT sequence, state, reason, body IS NOT NULL AS kept FROM messaging.inbox
          WHERE reference = $1 ORDER BY sequence`,
        [bad.intents[0]?.reference],
      );
      expect(rows).toEqual([
        { sequence: 1, state: 'parked', reason: 'not-today', kept: true },
        { sequence: 2, state: 'waiting', reason: null, kept: true },
      ]);
    });
    await eventually(async () => expect((await statesOf(caseId))[0]).toBe('parked'));
  });

  it('says that a lane failed, and sends what it holds once the broker takes it', async () => {
    const failures: unknown[] = [];
    const count = (message: unknown) => failures.push(message);
    stageChannel('lane-failed').subscribe(count);
    const publish = jest
      .spyOn(police.broker, 'publish')
      .mockRejectedValueOnce(new Error('the broker is away'));
    const caseId = randomUUID();
    await open(caseId);
    await eventually(async () => expect(await statesOf(caseId)).toEqual(['delivered']));
    expect(failures).toEqual([expect.objectContaining({ count: 1 })]);
    publish.mockRestore();
    stageChannel('lane-failed').unsubscribe(count);
  });

  it('keeps what does not open, under its digest, without holding anything up', async () => {
    const admin = newBroker('poison');
    await admin.connect();
    const value = Buffer.from(`not an envelope ${randomUUID()}`);
    await admin.publish('liaison.inbox.prefecture-75', 0, [{ key: 'x', value, headers: {} }]);
    await admin.publish('liaison.inbox.prefecture-75', 0, [{ key: 'x', value, headers: {} }]);
    await eventually(async () => {
      const rows = await prefecture.database.owner.query(
        "SELECT state, reason FROM messaging.inbox WHERE source = 'unverified' AND body = $1",
        [value],
      );
      expect(rows).toEqual([{ state: 'parked', reason: 'seal-broken' }]);
    });
    const letters = await eventually(async () => {
      const found: string[] = [];
      const subscription = await admin.subscribe({
        group: `check-${randomUUID()}`,
        topics: ['liaison.dead.prefecture-75'],
        onBatch: (batch) => {
          found.push(...batch.messages.map((message) => message.value.toString()));
          return Promise.resolve();
        },
        onCrash: () => undefined,
      });
      await eventually(() => found.some((letter) => letter.includes('seal-broken')));
      await subscription.close();
      return found;
    });
    expect(letters.join()).not.toContain('not an envelope');
    await admin.disconnect();
  });
});
