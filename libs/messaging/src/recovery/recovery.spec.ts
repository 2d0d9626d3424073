import { NOTICE_ACKNOWLEDGED, type NoticeAcknowledgedV1 } from '@liaison/contracts';
import { type Agency, AppError } from '@liaison/kernel';
import {
  aNewEvent,
  createEmbeddedBroker,
  eventually,
  LossyBroker,
  type PublishedMessage,
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
import type { VoidedEvent } from '../consumer/ports';
import { replaceParked } from '../dead-letters/replace';
import { onIncident } from './incidents';

const PREFECTURE = SMALL_DIRECTORY.findAgency('prefecture-75') as Agency;
const OPERATOR = { unit: 'desk', agent: 'aa'.repeat(32) };
const event = (recipientVersion: number) => aNewEvent(PREFECTURE, recipientVersion);

describe('recovery of what was lost on the way', () => {
  let server: TestPostgres;
  let brokerDatabase: TestDatabase;
  let broker: LossyBroker;
  let police: TestAgency;
  let prefecture: TestAgency;
  let auditLog: TestAgency;
  let validUntil: Date | undefined;
  /** The version that the préfecture's projection cannot apply. */
  let refusing: number | undefined;
  const voided: VoidedEvent[] = [];

  const newBroker = (clientId: string) => new EmbeddedBroker({ url: brokerDatabase.adminUrl, clientId });

  beforeAll(async () => {
    server = await testPostgres();
    brokerDatabase = await createEmbeddedBroker(server);
    broker = new LossyBroker(newBroker('police'));
    police = await startTestAgency('police-75', server, broker, {
      decideRelease: (pending) => ({ ...releaseAll(pending), ...(validUntil && { validUntil }) }),
    });
    prefecture = await startTestAgency('prefecture-75', server, newBroker('prefecture'), {
      handles: [NOTICE_ACKNOWLEDGED],
      onReceived: ({ data }) => {
        if ((data as NoticeAcknowledgedV1).recipientVersion === refusing) throw new AppError('not-today', '');
      },
      onVoided: (event_) => voided.push(event_),
    });
    auditLog = await startTestAgency('audit-log', server, newBroker('audit-log'));
  });

  afterEach(() => {
    validUntil = undefined;
    refusing = undefined;
    broker.loseNothing();
  });

  afterAll(async () => {
    await Promise.all([police, prefecture, auditLog].map((agency) => agency.stop()));
    await brokerDatabase.drop();
    await server.stop();
  });

  /** A case with this many events, each committed before the next; ids in order of sequence. */
  async function openCase(events: number) {
    const caseId = randomUUID();
    const opened = await police.database.serve.transaction((manager) =>
      police.outbox.openCase(manager, { id: caseId, unit: 'brp', facts: {} }, event(1)),
    );
    const ids = [opened.intents[0]?.eventId ?? ''];
    for (let version = 2; version <= events; version += 1) ids.push(await append(caseId, version));
    return { caseId, ids, reference: opened.intents[0]?.reference ?? '', lanes: opened.lanes };
  }

  async function append(caseId: string, version: number): Promise<string> {
    const { intents } = await police.database.serve.transaction((manager) =>
      police.outbox.append(manager, caseId, event(version)),
    );
    return intents[0]?.eventId ?? '';
  }

  /** The event of this sequence, of whatever case: asked before it can be on its way. */
  const eventNumber = (sequence: number) => (message: PublishedMessage) =>
    message.value.includes(NOTICE_ACKNOWLEDGED) &&
    message.value.includes(`"sequence":${sequence},`) &&
    message.topic === 'liaison.inbox.prefecture-75';

  const receivedOf = (reference: string) =>
    prefecture.received
      .filter(({ envelope }) => envelope.subject === reference)
      .map(({ envelope }) => envelope.sequence);

  const statesOf = async (caseId: string): Promise<string[]> =>
    (
      await police.database.serve.query<{ state: string }[]>(
        'SELECT state FROM messaging.delivery_status WHERE case_id = $1 ORDER BY case_version, sequence',
        [caseId],
      )
    ).map(({ state }) => state);

  const inboxOf = (reference: string) =>
    prefecture.database.owner.query<{ id: string; state: string; reason: string | null; kept: boolean }[]>(
      `SELECT id, state, reason, body IS NOT NULL AS kept FROM messaging.inbox
        WHERE reference = $1 ORDER BY sequence, type NULLS FIRST`,
      [reference],
    );

  const kindsOf = async (agency: TestAgency, reference: string) =>
    (
      await agency.database.owner.query<{ kind: string }[]>(
        'SELECT kind FROM messaging.audit_record WHERE reference = $1 ORDER BY at, kind',
        [reference],
      )
    ).map(({ kind }) => kind);

  it('asks for a hole, gets the same bytes again, and applies in order', async () => {
    const lost = broker.lose(eventNumber(2), 1);
    const { ids, caseId, reference, lanes } = await openCase(4);
    police.dispatcher.wake(lanes);
    await eventually(async () => expect(await statesOf(caseId)).toEqual(Array(4).fill('delivered')));
    expect(receivedOf(reference)).toEqual([1, 2, 3, 4]);
    expect(lost()).toHaveLength(1);
    const again = broker.published().filter(({ headers }) => headers['id'] === ids[1]);
    expect(again.map(({ value }) => value.equals(lost()[0]?.value ?? Buffer.of()))).toEqual([true]);
    await eventually(async () =>
      expect(await prefecture.database.owner.query('SELECT * FROM messaging.gap')).toEqual([]),
    );
  });

  it('parks the one that cannot be applied, not the one that released it', async () => {
    refusing = 3;
    broker.lose(eventNumber(2), 1);
    const { caseId, reference, lanes } = await openCase(4);
    police.dispatcher.wake(lanes);
    const expected = ['delivered', 'delivered', 'parked', 'sent'];
    await eventually(async () => expect(await statesOf(caseId)).toEqual(expected));
    expect((await inboxOf(reference)).map(({ state, reason }) => [state, reason])).toEqual([
      ['applied', null],
      ['applied', null],
      ['parked', 'not-today'],
      ['waiting', null],
    ]);
  });

  it('asks again, with pauses, until the hole is filled', async () => {
    const lost = broker.lose(eventNumber(1), 3);
    const { caseId, lanes } = await openCase(2);
    police.dispatcher.wake(lanes);
    await eventually(async () => {
      await prefecture.database.owner.query('UPDATE messaging.gap SET next_at = clock_timestamp()');
      expect(await statesOf(caseId)).toEqual(['delivered', 'delivered']);
    });
    expect(lost()).toHaveLength(3);
  });

  it('sends a void for what may no longer be sent again', async () => {
    validUntil = new Date(Date.now() + 400);
    broker.lose(eventNumber(1), 1);
    const { ids, caseId, reference, lanes } = await openCase(1);
    police.dispatcher.wake(lanes);
    await eventually(async () => expect(await statesOf(caseId)).toEqual(['sent']));
    await eventually(() => Date.now() > (validUntil?.getTime() ?? 0));
    validUntil = undefined;
    await append(caseId, 2);
    police.dispatcher.wake(lanes);
    await eventually(async () => expect(await statesOf(caseId)).toEqual(['voided', 'delivered']));
    expect(receivedOf(reference)).toEqual([2]);
    expect(broker.published().filter(({ headers }) => headers['id'] === ids[0])).toEqual([]);
    expect(await kindsOf(police, reference)).toEqual(['disclosure', 'disclosure', 'voided']);
  });

  it('sends a void in the place of frozen bytes whose permission ran out before they were published', async () => {
    validUntil = new Date(Date.now() + 300);
    broker.fail((topic) => topic === 'liaison.inbox.prefecture-75');
    const { caseId, reference, lanes } = await openCase(1);
    police.dispatcher.wake(lanes);
    await eventually(async () => expect(await statesOf(caseId)).toEqual(['frozen']));
    await eventually(() => Date.now() > (validUntil?.getTime() ?? 0));
    validUntil = undefined;
    broker.loseNothing();
    await append(caseId, 2);
    await eventually(async () => expect(await statesOf(caseId)).toEqual(['voided', 'delivered']));
    expect(receivedOf(reference)).toEqual([2]);
    expect(await inboxOf(reference)).toMatchObject([
      { state: 'dropped', reason: 'voided', kept: false },
      { state: 'applied' },
      { state: 'applied' },
    ]);
  });

  it('keeps a tombstone for an original that comes after its void, and destroys it', async () => {
    const held = broker.lose(eventNumber(1), 1);
    const { ids, caseId, reference, lanes } = await openCase(1);
    police.dispatcher.wake(lanes);
    await eventually(async () => expect(await statesOf(caseId)).toEqual(['sent']));
    const { lanes: woken, voided: count } = await police.database.serve.transaction((manager) =>
      police.outbox.voidDelivered(manager, caseId, { reason: 'amended' }),
    );
    expect(count).toBe(1);
    await append(caseId, 2);
    police.dispatcher.wake(woken);
    await eventually(async () => expect(await statesOf(caseId)).toEqual(['voided', 'delivered']));
    const [late] = held();
    await broker.publish(late?.topic ?? '', late?.partition ?? 0, late ? [late] : []);
    await eventually(async () => expect(await kindsOf(prefecture, reference)).toContain('voided'));
    expect(receivedOf(reference)).toEqual([2]);
    expect((await inboxOf(reference)).find(({ id }) => id === ids[0])).toMatchObject({
      state: 'dropped',
      kept: false,
    });
    const [order] = await police.database.owner.query(
      'SELECT state FROM messaging.voiding WHERE event_id = $1',
      [ids[0]],
    );
    expect(order).toEqual({ state: 'never-seen' });
  });

  it('has the projection undo what was applied, and the sender know it', async () => {
    const { ids, caseId, reference, lanes } = await openCase(2);
    police.dispatcher.wake(lanes);
    await eventually(async () => expect(await statesOf(caseId)).toEqual(['delivered', 'delivered']));
    const taken = await police.database.serve.transaction((manager) =>
      police.outbox.voidDelivered(manager, caseId, { reason: 'amended', version: 1 }),
    );
    await append(caseId, 3);
    police.dispatcher.wake(taken.lanes);
    await eventually(async () =>
      expect(await statesOf(caseId)).toEqual(['voided', 'delivered', 'delivered']),
    );
    expect(voided.filter((one) => one.reference === reference)).toMatchObject([
      { sender: 'police-75', eventId: ids[0], type: NOTICE_ACKNOWLEDGED },
    ]);
    const [order] = await police.database.owner.query(
      'SELECT state FROM messaging.voiding WHERE event_id = $1',
      [ids[0]],
    );
    expect(order).toEqual({ state: 'revoked' });
    expect((await kindsOf(prefecture, reference)).filter((kind) => kind === 'voided')).toHaveLength(1);
    expect(receivedOf(reference)).toEqual([1, 2, 3]);
  });

  it('repeats a void until the recipient has said what it found', async () => {
    const { ids, caseId, lanes } = await openCase(1);
    police.dispatcher.wake(lanes);
    await eventually(async () => expect(await statesOf(caseId)).toEqual(['delivered']));
    const lost = broker.lose(({ topic }) => topic === 'liaison.inbox.prefecture-75', 2);
    const taken = await police.database.serve.transaction((manager) =>
      police.outbox.voidDelivered(manager, caseId, { reason: 'amended' }),
    );
    police.dispatcher.wake(taken.lanes);
    await eventually(async () => {
      await police.database.owner.query('UPDATE messaging.voiding SET next_at = clock_timestamp()');
      expect(await statesOf(caseId)).toEqual(['voided']);
    });
    expect(lost()).toHaveLength(2);
    const inInbox = [...lost(), ...broker.published()].filter(
      ({ topic, value }) => topic === 'liaison.inbox.prefecture-75' && value.includes(ids[0] ?? '-'),
    );
    // The event and its void, each with the same bytes at every attempt.
    expect(new Set(inInbox.map(({ value }) => value.toString('hex'))).size).toBe(2);
  });

  it('cancels what has not left, uses up no number for it, and tells nobody', async () => {
    const caseId = randomUUID();
    const opened = await police.database.serve.transaction(async (manager) => {
      const recorded = await police.outbox.openCase(
        manager,
        { id: caseId, unit: 'brp', facts: {} },
        event(1),
      );
      const taken = await police.outbox.voidDelivered(manager, caseId, { reason: 'withdrawn' });
      expect(taken).toMatchObject({ cancelled: 1, voided: 0 });
      return recorded;
    });
    const reference = opened.intents[0]?.reference ?? '';
    await append(caseId, 2);
    police.dispatcher.wake(opened.lanes);
    await eventually(async () => expect(await statesOf(caseId)).toEqual(['cancelled', 'delivered']));
    expect(receivedOf(reference)).toEqual([1]);
  });

  it('parks what the broker will never take, with its reason; its case and the others go on', async () => {
    broker.refuse(eventNumber(1));
    const { ids, caseId, reference, lanes } = await openCase(2);
    police.dispatcher.wake(lanes);
    await eventually(async () => expect(await statesOf(caseId)).toEqual(['parked', 'delivered']));
    expect(receivedOf(reference)).toEqual([2]);
    const [{ reason }] = await police.database.owner.query<[{ reason: string }]>(
      "SELECT reason FROM messaging.delivery WHERE reference = $1 AND state = 'parked'",
      [reference],
    );
    expect(reason).toBe('message-too-large');

    // The limit was raised: its sender redrives it, once, whoever asks.
    broker.loseNothing();
    const redrive = () =>
      police.database.serve.transaction((manager) =>
        replaceParked(
          manager,
          police.audit,
          { peer: 'prefecture-75', id: ids[0] ?? '' },
          OPERATOR,
          new Date(),
        ),
      );
    const redriven = await Promise.all([redrive(), redrive()]);
    expect(redriven.map(({ already }) => already).sort()).toEqual([false, true]);
    police.dispatcher.wake(redriven.flatMap(({ lanes: woken }) => woken));
    await eventually(async () =>
      expect((await statesOf(caseId)).sort()).toEqual(['delivered', 'delivered', 'voided']),
    );
    expect(receivedOf(reference)).toEqual([2, 3]);
    await expect(redrive()).resolves.toMatchObject({ already: true });
    const parked = await police.database.serve.query(
      'SELECT FROM messaging.outgoing_letter WHERE reference = $1',
      [reference],
    );
    expect(parked).toEqual([]);
  });

  it('takes another id under a taken number, and other bytes under a known id, for incidents', async () => {
    const { caseId, ids, reference, lanes } = await openCase(1);
    police.dispatcher.wake(lanes);
    await eventually(async () => expect(await statesOf(caseId)).toEqual(['delivered']));
    const codes: string[] = [];
    const unsubscribe = onIncident(({ code }) => codes.push(code));
    const original = broker.published().find(({ headers }) => headers['id'] === ids[0]);
    if (!original) throw new Error('it was published');
    const forge = (from: string, to: string) => ({
      ...original,
      value: Buffer.from(original.value.toString().replaceAll(from, to)),
    });
    const forged = [forge(ids[0] ?? '', randomUUID()), forge('"desk"', '"chef"'), forge('"desk"', '"chef"')];
    await broker.publish(original.topic, original.partition, forged);
    await eventually(() => expect([...codes].sort()).toEqual(['id-reused', 'sequence-conflict']));
    unsubscribe();
    expect((await kindsOf(prefecture, reference)).filter((kind) => kind === 'incident')).toHaveLength(2);
    expect(receivedOf(reference)).toEqual([1]);
    const parked = await prefecture.database.owner.query(
      "SELECT reason FROM messaging.inbox WHERE state = 'parked' AND reason <> 'not-today' ORDER BY reason",
    );
    expect(parked).toEqual([{ reason: 'id-reused' }, { reason: 'sequence-conflict' }]);
  });
});
