import { AfterSharingSweep, CLOCK } from '@liaison/casework';
import {
  SHARE_PURGED,
  SHARE_REVOKED,
  type SharePurgedV1,
  URGENT_REQUEST_ANSWERED,
  URGENT_REQUEST_ASKED,
  type UrgentRequestAnsweredV1,
  type UrgentRequestAskedV1,
} from '@liaison/contracts';
import type { Clock } from '@liaison/kernel';
import type { ReceivedEvent } from '@liaison/messaging';
import { eventually, feedCaughtUp, whileNothingLeaves } from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import type { Agent } from 'supertest';
import { type DeskWorld, startDeskWorld } from './desk-world.test';

const HOUR_MS = 3_600_000;
const REASON = 'She called from an unknown place and says that they are at the door.';
const LINE = '12 rue des Inventés';
const PERSON = /Osagie|at the door|Inventés/;
const VITAL = {
  purpose: 'vital-interests',
  facts: { vitalInterest: true, protectedIdentity: false, protectedAddress: false },
};

describe('an urgent request of a préfecture', () => {
  let desk: DeskWorld;
  let asker: Agent;

  beforeAll(async () => {
    desk = await startDeskWorld();
    asker = await desk.prefecture.as({ unit: 'desk', roles: ['desk'] }, { expiresInSeconds: 90 * 86_400 });
  });
  afterAll(() => desk.world.stop());
  afterEach(() => jest.restoreAllMocks());

  const after = (hours: number): void => {
    const at = new Date(Date.now() + hours * HOUR_MS);
    jest.spyOn(desk.prefecture.app.get<Clock>(CLOCK), 'now').mockReturnValue(at);
  };
  const ask = (body: object, as = asker, key: string = randomUUID()) =>
    as
      .post('/v1/urgent-requests')
      .set('Idempotency-Key', key)
      .send({
        agency: 'police-75',
        ground: 'danger-to-life',
        needs: ['whereabouts'],
        reason: REASON,
        hours: 2,
        ...body,
      });
  const person = { familyName: 'Osagie', givenNames: 'Blessing' };
  const arrived = (request: string) =>
    eventually(() => {
      const found = desk.police.received.find(
        ({ envelope, data }) =>
          envelope.type === URGENT_REQUEST_ASKED && (data as UrgentRequestAskedV1).request === request,
      );
      if (!found) throw new Error('it has not arrived');
      return found as ReceivedEvent<UrgentRequestAskedV1>;
    });
  const reply = (asked: ReceivedEvent<UrgentRequestAskedV1>, said: Partial<UrgentRequestAnsweredV1>) =>
    desk.police.answer(asked, {
      type: URGENT_REQUEST_ANSWERED,
      document: {
        request: asked.data.request,
        outcome: 'answered',
        answeredAt: new Date().toISOString(),
        ...said,
      },
      ...VITAL,
    });
  const whenIt = (id: string, state: string) =>
    eventually(async () => {
      const { body } = await asker.get('/v1/urgent-requests').query({ limit: 200 }).expect(200);
      const item = (body.items as { id: string; state: string }[]).find((each) => each.id === id);
      expect(item).toMatchObject({ state });
      return item;
    });
  const answerOf = async (id: string): Promise<string> => {
    const [row] = await desk.prefecture.database.owner.query<{ answer_event: string }[]>(
      'SELECT answer_event FROM desk.urgent_asked WHERE id = $1',
      [id],
    );
    return row?.answer_event ?? '';
  };
  const purged = () =>
    desk.police.received
      .filter(({ envelope }) => envelope.type === SHARE_PURGED)
      .map(({ data }) => data as SharePurgedV1);
  const onDesk = async (kind: string, section?: string) =>
    (
      await asker
        .get('/v1/desk')
        .query({ kind, limit: 200, ...(section && { section }) })
        .expect(200)
    ).body.items as { id: string }[];

  it('goes to the agency that the case came from, is recorded, and shows there and here what became of it', async () => {
    const notice = await desk.receive();
    const { body: asked } = await ask({ caseId: notice.caseId }).expect(202);
    expect(asked).toMatchObject({
      caseId: notice.caseId,
      agency: 'police-75',
      state: 'asked',
      overdue: false,
    });
    const event = await arrived(asked.id);
    expect(event.data).toMatchObject({ case: notice.reference, needs: ['whereabouts'], reason: REASON });
    expect(event.envelope).toMatchObject({ purpose: 'vital-interests', convention: 'urgent-request@2' });
    expect(await onDesk('urgent-request')).toContainEqual(expect.objectContaining({ id: asked.id }));

    const unclear = { danger: 'They know the address.', address: { line: LINE, departement: '75' } };
    await reply(event, unclear);
    await whenIt(asked.id, 'answered');
    expect(await onDesk('urgent-answer')).toContainEqual(expect.objectContaining({ id: asked.id }));
    const { body: read } = await asker.get(`/v1/urgent-requests/${asked.id}`).expect(200);
    expect(read).toMatchObject({ answer: unclear, question: { reason: REASON }, late: false, version: 2 });
    // Which of them had a value nobody learns.
    expect(read.withheld).toEqual(expect.arrayContaining(['reason', 'words']));
    expect(await onDesk('urgent-answer')).not.toContainEqual(expect.objectContaining({ id: asked.id }));
    const { body: less } = await desk.caseworker.get(`/v1/urgent-requests/${asked.id}`).expect(200);
    expect(JSON.stringify(less)).not.toMatch(PERSON);
    expect(less.withheld).toEqual(expect.arrayContaining(['address.line', 'danger', 'reason']));

    const records = await desk.prefecture.database.owner.query<{ record: Record<string, unknown> }[]>(
      'SELECT record FROM messaging.audit_record WHERE reference = $1 ORDER BY at',
      [asked.id],
    );
    expect(records.map(({ record: { kind, reason, event: type } }) => [kind, reason, type])).toEqual([
      ['urgent-request-asked', 'danger-to-life', URGENT_REQUEST_ASKED],
      ...[URGENT_REQUEST_ASKED, URGENT_REQUEST_ANSWERED, URGENT_REQUEST_ASKED, URGENT_REQUEST_ANSWERED].map(
        (type) => ['read', undefined, type],
      ),
    ]);
    expect(JSON.stringify(records)).not.toMatch(PERSON);

    const { body: timeline } = await asker.get(`/v1/cases/${notice.caseId}/timeline`).expect(200);
    const kinds = (timeline.items as { kind: string }[]).map(({ kind }) => kind);
    expect(kinds).toEqual(expect.arrayContaining(['urgent-request-asked', 'urgent-answer-received']));
    expect(JSON.stringify(timeline)).not.toMatch(PERSON);
    await feedCaughtUp(desk.prefecture.database);
    const { body: feed } = await asker.get('/v1/changes').query({ limit: 1000 }).expect(200);
    const told = (feed.items as { id: string; kind: string; caseId: string }[]).filter(
      ({ id }) => id === asked.id,
    );
    expect(told.map(({ kind }) => kind)).toEqual(['asked', 'answered', 'read']);
  });

  it('asked twice under one key is asked once; under the same key with other words it is refused', async () => {
    const key = randomUUID();
    const both = await Promise.all([1, 2].map(() => ask({ person, unit: 'brp' }, asker, key)));
    expect(both.map(({ status }) => status)).toEqual([202, 202]);
    expect(both[0]?.body.id).toBe(both[1]?.body.id);
    await arrived(both[0]?.body.id as string);
    const { status } = await ask({ person, unit: 'brp', hours: 3 }, asker, key);
    expect([409, 422]).toContain(status);
    const [{ count }] = await desk.prefecture.database.owner.query<[{ count: number }]>(
      'SELECT count(*)::int AS count FROM desk.urgent_asked WHERE id = $1',
      [both[0]?.body.id],
    );
    expect(count).toBe(1);
  });

  it('is overdue when its time is over, told once, counted; a late answer is an answer', async () => {
    const { body: asked } = await ask({ person, unit: 'brp' }).expect(202);
    const event = await arrived(asked.id);
    after(2.01);
    expect(await onDesk('urgent-request', 'overdue')).toContainEqual(
      expect.objectContaining({ id: asked.id }),
    );
    const { text } = await desk.prefecture.anonymous().get('/metrics').expect(200);
    expect(text).toMatch(/liaison_urgent_requests_overdue\{[^}]*side="asked",peer="police-75"[^}]*\} [1-9]/);
    const answeredAt = new Date(Date.now() + 3 * HOUR_MS).toISOString();
    await reply(event, { contact: { phone: '+33 1 99 00 12 34' }, answeredAt });
    expect(await whenIt(asked.id, 'answered')).toMatchObject({ late: true, overdue: false });
  });

  it('a refusal tells no more than that: neither why, nor whether anything is held', async () => {
    const { body: asked } = await ask({ person, unit: 'brp' }).expect(202);
    await reply(await arrived(asked.id), {
      outcome: 'refused',
      reason: 'nothing-held',
      words: 'Nobody of that name.',
    });
    await whenIt(asked.id, 'refused');
    const { body } = await asker.get(`/v1/urgent-requests/${asked.id}`).expect(200);
    expect(body.answer).toEqual({});
    expect(JSON.stringify(body)).not.toMatch(/nothing-held|of that name/);
  });

  it('takes one answer: the second, and one that nobody asked for, are parked', async () => {
    const { body: asked } = await ask({ person, unit: 'brp' }).expect(202);
    const event = await arrived(asked.id);
    await reply(event, { danger: 'The first.' });
    await whenIt(asked.id, 'answered');
    await reply(event, { danger: 'The second.' });
    await reply(event, { request: randomUUID(), danger: 'To whom?' });
    await eventually(async () => {
      const rows = await desk.prefecture.database.owner.query<{ reason: string }[]>(
        `SELECT reason FROM messaging.inbox WHERE state = 'parked'`,
      );
      expect(rows.map(({ reason }) => reason).sort()).toEqual([
        'urgent-answer-unexpected',
        'urgent-request-unknown',
      ]);
    });
    const { body } = await asker.get(`/v1/urgent-requests/${asked.id}`).expect(200);
    expect(body.answer).toEqual({ danger: 'The first.' });
  });

  it('keeps an answer no longer than its convention lets it, and records that it is gone', async () => {
    const { body: asked } = await ask({ person, unit: 'brp' }).expect(202);
    await reply(await arrived(asked.id), { danger: 'They know the address.' });
    await whenIt(asked.id, 'answered');
    after(24 * 366);
    await desk.prefecture.app.get(AfterSharingSweep).sweep();
    jest.restoreAllMocks();
    const { body } = await asker.get(`/v1/urgent-requests/${asked.id}`).expect(200);
    expect(body).toMatchObject({ state: 'answered', answer: null });
    const event = await answerOf(asked.id);
    const rows = await desk.prefecture.database.owner.query<object[]>(
      `SELECT record ->> 'reason' AS reason FROM messaging.audit_record WHERE kind = 'purge' AND record ->> 'eventId' = $1`,
      [event],
    );
    expect(rows).toEqual([{ reason: 'term-ended' }]);
    const told = expect.objectContaining({ reason: 'term-ended', purged: [event] }) as object;
    await eventually(() => expect(purged()).toContainEqual(told));
  });

  it('shows an answer to fewer, and then to nobody, when its sender says so; and says that it is gone once it is', async () => {
    const { body: asked } = await ask({ person, unit: 'brp' }).expect(202);
    const question = await arrived(asked.id);
    await reply(question, { danger: 'They know the address.' });
    await whenIt(asked.id, 'answered');
    const event = await answerOf(asked.id);
    const revoke = (effect: string) =>
      desk.police.answer(question, {
        type: SHARE_REVOKED,
        document: { revokedAt: new Date().toISOString(), effect, events: [event] },
        purpose: 'after-sharing',
      });
    const read = async () =>
      (await asker.get(`/v1/urgent-requests/${asked.id}`).expect(200)).body as { answer: object | null };
    expect((await read()).answer).toEqual({ danger: 'They know the address.' });
    await revoke('restrict');
    await eventually(async () => expect((await read()).answer).toEqual({}));
    await revoke('purge');
    await eventually(async () => expect(await read()).toMatchObject({ state: 'answered', answer: null }));
    await eventually(() =>
      expect(purged()).toContainEqual(expect.objectContaining({ purged: [event], kept: [] })),
    );
  });

  it('shows some fields of an answer to fewer, and purges some: the others are read as they were', async () => {
    const { body: asked } = await ask({ person, unit: 'brp' }).expect(202);
    const question = await arrived(asked.id);
    const address = { line: '12 rue des Inventés', departement: '75' };
    await reply(question, { danger: 'They know the address.', health: 'Insulin.', address });
    await whenIt(asked.id, 'answered');
    const event = await answerOf(asked.id);
    const revoke = (effect: string, fields: string[]) =>
      desk.police.answer(question, {
        type: SHARE_REVOKED,
        document: {
          revokedAt: new Date().toISOString(),
          effect,
          events: [event],
          fields,
        },
        purpose: 'after-sharing',
      });
    const read = async (as = asker) =>
      (await as.get(`/v1/urgent-requests/${asked.id}`).expect(200)).body as {
        answer: object;
        withheld: string[];
      };
    const supervisor = await desk.prefecture.as({ unit: 'desk', roles: ['supervisor'] });
    await revoke('restrict', ['health']);
    await eventually(async () => expect((await read()).answer).not.toHaveProperty('health'));
    expect((await read()).withheld).toContain('health');
    expect((await read(supervisor)).answer).toHaveProperty('health', 'Insulin.');
    const hidden = ['address.departement', 'address.line'];
    await revoke('purge', hidden);
    await eventually(async () => {
      const { answer, withheld } = await read(supervisor);
      expect(answer).toEqual({ danger: 'They know the address.', health: 'Insulin.' });
      expect(withheld).toEqual(expect.arrayContaining(hidden));
    });
    await eventually(() =>
      expect(purged()).toContainEqual(expect.objectContaining({ purged: [event], kept: [], fields: hidden })),
    );
  });

  describe('withdrawn by whoever asked', () => {
    const withdraw = (id: string, version: number, as = asker, key: string = randomUUID()) =>
      as
        .post(`/v1/urgent-requests/${id}/withdraw`)
        .set('Idempotency-Key', key)
        .set('If-Match', `"${version}"`);
    /** What became of the question on its way. */
    const whenDelivery = (id: string, state: string) =>
      eventually(async () => {
        const { body } = await asker.get(`/v1/urgent-requests/${id}`).expect(200);
        expect(body).toMatchObject({ state: 'withdrawn', answer: null, delivery: { state } });
      });

    it('is told to the other side, recorded, off the desk and never overdue; twice under one key is once', async () => {
      const notice = await desk.receive();
      const { body: asked } = await ask({ caseId: notice.caseId }).expect(202);
      await arrived(asked.id);
      await withdraw(asked.id, 2).expect(412);
      await withdraw(asked.id, 1, desk.caseworker).expect(403);
      const key = randomUUID();
      const { body: withdrawn } = await withdraw(asked.id, 1, asker, key).expect(202);
      expect(withdrawn).toMatchObject({ state: 'withdrawn', version: 2, withdrawnAt: expect.any(String) });
      expect((await withdraw(asked.id, 1, asker, key).expect(202)).body).toEqual(withdrawn);
      expect((await withdraw(asked.id, 2).expect(409)).body.code).toBe('urgent-request-withdrawn');

      expect(await onDesk('urgent-request')).not.toContainEqual(expect.objectContaining({ id: asked.id }));
      after(3);
      const { body: list } = await asker.get('/v1/urgent-requests').query({ overdue: true, limit: 200 });
      expect((list.items as { id: string }[]).map(({ id }) => id)).not.toContain(asked.id);
      jest.restoreAllMocks();
      const records = await desk.prefecture.database.owner.query<object[]>(
        `SELECT kind FROM messaging.audit_record WHERE reference = $1 ORDER BY at`,
        [asked.id],
      );
      expect(records).toEqual([{ kind: 'urgent-request-asked' }, { kind: 'urgent-request-withdrawn' }]);
      // The other side has said what it found.
      await whenDelivery(asked.id, 'voided');
      const { body: timeline } = await asker.get(`/v1/cases/${notice.caseId}/timeline`).expect(200);
      const kinds = (timeline.items as { kind: string }[]).map(({ kind }) => kind);
      expect(kinds).toContain('urgent-request-withdrawn');
      expect(kinds).not.toContain('urgent-answer-received');
    });

    it('before it has left, it does not leave', async () => {
      const asked = await whileNothingLeaves(desk.prefecture, ['police-75'], async () => {
        const { body } = await ask({ person, unit: 'brp' }).expect(202);
        await withdraw(body.id as string, 1).expect(202);
        return body as { id: string };
      });
      await whenDelivery(asked.id, 'cancelled');
      const later = (await ask({ person, unit: 'brp' }).expect(202)).body as { id: string };
      await arrived(later.id);
      expect(
        desk.police.received.some(({ data }) => (data as UrgentRequestAskedV1).request === asked.id),
      ).toBe(false);
    });

    it('an answer that crosses it is an answer; one that has come is not withdrawn', async () => {
      const { body: asked } = await ask({ person, unit: 'brp' }).expect(202);
      const event = await arrived(asked.id);
      await withdraw(asked.id, 1).expect(202);
      await reply(event, { danger: 'They know the address.' });
      await whenIt(asked.id, 'answered');
      const { body } = await asker.get(`/v1/urgent-requests/${asked.id}`).expect(200);
      expect(body).toMatchObject({
        answer: { danger: 'They know the address.' },
        withdrawnAt: expect.any(String),
      });
      const { body: other } = await ask({ person, unit: 'brp' }).expect(202);
      await reply(await arrived(other.id), { danger: 'They know the address.' });
      await whenIt(other.id, 'answered');
      expect((await withdraw(other.id, 2).expect(409)).body.code).toBe('urgent-request-answered');
    });
  });

  it.each([
    [
      'another agency that no convention lets it ask',
      { agency: 'asso-refuge', unit: 'foyer', person },
      409,
      'urgent-not-allowed',
    ],
    ['itself', { agency: 'prefecture-75', unit: 'desk', person }, 422, 'agency-unknown'],
    ['a unit that there is not', { unit: 'other', person }, 422, 'unit-unknown'],
    ['nobody in particular', { person }, 422, 'unit-unknown'],
    ['about nobody', { unit: 'brp' }, 422, 'person-missing'],
    ['about a case that it does not have', { caseId: randomUUID() }, 404, 'case-not-found'],
    ['for longer than an emergency lasts', { unit: 'brp', person, hours: 73 }, 400, 'invalid-request'],
    ['without a reason', { unit: 'brp', person, reason: 'urgent' }, 400, 'invalid-request'],
    ['for nothing', { unit: 'brp', person, needs: [] }, 400, 'invalid-request'],
  ] as const)('is not asked of %s', async (_, body, status, code) => {
    const answer = await ask(body);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  it('is the unit’s, and of those who decide', async () => {
    const { body: asked } = await ask({ person, unit: 'brp' }).expect(202);
    const elsewhere = await desk.prefecture.as({ unit: 'archive', roles: ['desk', 'supervisor'] });
    await elsewhere.get(`/v1/urgent-requests/${asked.id}`).expect(404);
    expect((await elsewhere.get('/v1/urgent-requests').expect(200)).body.items).toEqual([]);
    await ask({ person, unit: 'brp' }, desk.caseworker).expect(403);
  });
});
