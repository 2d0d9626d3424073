import { CLOCK, endOfLegalDay } from '@liaison/casework';
import {
  OPINION_ANSWERED,
  OPINION_REQUESTED,
  OPINION_WITHDRAWN,
  type OpinionRequestedV1,
  SHARE_REVOKED,
  type ShareRevokedV1,
} from '@liaison/contracts';
import type { Clock } from '@liaison/kernel';
import {
  aNotice,
  type AgencyWorld,
  currentConvention,
  eventually,
  startPeer,
  type TestPeer,
  type TestService,
  whileNothingLeaves,
} from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Agent } from 'supertest';
import { addDays } from '../law/days';
import { type DeskWorld, startDeskWorld, withMarseille } from '../desk-world.test';
import type { OpinionItem } from './opinion-request.dto';

const PERSON = /Osagie|Blessing|held in a flat/;
const QUESTION = 'She was held in a flat in 2025.\nDo you know of it?';
const HOLDER = { familyName: 'Osagie', givenNames: 'Blessing', birthDate: '2001-06-14', nationality: 'NG' };
const YEARS = 315_360_000;

describe('opinions that the desk asks for', () => {
  let world: AgencyWorld;
  let police: TestPeer;
  let prefecture: TestService;
  let receive: DeskWorld['receive'];
  let desk: Agent;
  let caseworker: Agent;
  let today: string;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'directory-'));
    const directoryFile = withMarseille(folder);
    ({ world, police, prefecture, caseworker, today, receive } = await startDeskWorld({ directoryFile }));
    // Their clock is set forward below.
    desk = await prefecture.as({ unit: 'desk', roles: ['desk'] }, { expiresInSeconds: YEARS });
  });
  afterAll(async () => {
    await world.stop();
    rmSync(folder, { recursive: true });
  });
  afterEach(() => jest.restoreAllMocks());

  const lodge = async (more: object = {}): Promise<string> => {
    const body = { ground: 'exceptional', holder: HOLDER, situation: {}, ...more };
    const { body: permit } = await desk
      .post('/v1/permits')
      .set('Idempotency-Key', randomUUID())
      .send(body)
      .expect(201);
    return permit.id as string;
  };
  const ask = (body: object, as = desk, key: string = randomUUID()) =>
    as
      .post('/v1/opinion-requests')
      .set('Idempotency-Key', key)
      .send({
        subject: 'permit-application',
        agency: 'police-75',
        unit: 'brp',
        question: QUESTION,
        dueOn: addDays(today, 14),
        ...body,
      });
  const asked = async (body: object) => (await ask(body).expect(202)).body as { id: string; version: number };
  const withdraw = (id: string, etag = '"1"') =>
    desk
      .post(`/v1/opinion-requests/${id}/withdraw`)
      .set('Idempotency-Key', randomUUID())
      .set('If-Match', etag)
      .send({ reason: 'no-longer-needed' });
  const items = async (query: object = {}) =>
    (
      await desk
        .get('/v1/opinion-requests')
        .query({ limit: 200, ...query })
        .expect(200)
    ).body.items as OpinionItem[];
  const whenIt = (id: string, state: string) =>
    eventually(async () => {
      const item = (await items()).find((each) => each.id === id);
      expect(item?.state).toBe(state);
      return item as OpinionItem;
    });
  const arrived = (type: string, request: string) =>
    eventually(() => {
      const found = police.received.find(
        ({ envelope, data }) => envelope.type === type && (data as OpinionRequestedV1).request === request,
      );
      if (!found) throw new Error('it has not arrived');
      return found;
    });
  const answer = async (request: string, document: object) =>
    police.answer(await arrived(OPINION_REQUESTED, request), {
      type: OPINION_ANSWERED,
      document: { request, answeredAt: new Date().toISOString(), ...document },
    });
  const view = async (id: string, as = desk) =>
    (await as.get(`/v1/opinion-requests/${id}`).expect(200)).body as Record<string, unknown>;

  it('reaches the unit with the question, the last day and who applies', async () => {
    const subjectId = await lodge();
    const key = randomUUID();
    const [first, second] = await Promise.all([ask({ subjectId }, desk, key), ask({ subjectId }, desk, key)]);
    expect([first.status, second.body]).toEqual([202, first.body]);
    expect(first.body).toEqual({
      id: expect.any(String),
      state: 'asked',
      version: 1,
      agency: 'police-75',
      unit: 'brp',
      dueOn: addDays(today, 14),
      allowed: true,
      denial: null,
      convention: currentConvention('opinion'),
    });
    const { data, envelope } = await arrived(OPINION_REQUESTED, first.body.id);
    expect(envelope.recipientunit).toBe('brp');
    expect(data).toEqual({
      request: first.body.id,
      subject: 'permit-application',
      ground: 'exceptional',
      question: QUESTION,
      dueOn: addDays(today, 14),
      departement: '75',
      requestedAt: expect.any(String),
      applicant: HOLDER,
    });
    expect((await ask({ subjectId }).expect(409)).body).toMatchObject({ code: 'opinion-already-asked' });
    await ask({ subjectId, unit: 'bpm' }).expect(202);
    await eventually(async () =>
      expect(await view(first.body.id)).toMatchObject({
        question: QUESTION,
        applicant: HOLDER,
        delivery: { state: 'delivered', reason: null },
      }),
    );
    expect(JSON.stringify(await items({ subjectId }))).not.toMatch(PERSON);
    const readings = await prefecture.database.owner.query<{ record: object }[]>(
      "SELECT record FROM messaging.audit_record WHERE kind = 'read' AND reference = $1",
      [first.body.id],
    );
    expect(readings.length).toBeGreaterThan(0);
    expect(JSON.stringify(readings)).not.toMatch(PERSON);
  });

  it('names nobody to whoever sent the notice; anybody else only as the application says', async () => {
    const { id: noticeId, reference } = await receive();
    const { id } = await asked({ subject: 'notice', subjectId: noticeId });
    const { data } = await arrived(OPINION_REQUESTED, id);
    expect(data).toMatchObject({ notice: reference });
    expect(data).not.toHaveProperty('applicant');

    const marseille = await startPeer(world, 'police-13');
    const signalled = await receive(aNotice(), marseille);
    const elsewhere = await lodge({ noticeId: signalled.id, holder: undefined });
    const { body } = await ask({ subjectId: elsewhere }).expect(422);
    expect(body).toMatchObject({ code: 'applicant-missing' });
    const named = await asked({ subjectId: elsewhere, applicant: { familyName: 'Osagie' } });
    expect((await arrived(OPINION_REQUESTED, named.id)).data).toMatchObject({
      applicant: { familyName: 'Osagie' },
    });
  });

  it('is closed by a refusal, whose words are for those who decide', async () => {
    const { id } = await asked({ subjectId: await lodge() });
    const refusal = { outcome: 'refused', reason: 'person-unknown', explanation: 'Nobody of that name.' };
    await answer(id, refusal);
    expect(await whenIt(id, 'refused')).toMatchObject({
      reason: 'person-unknown',
      late: false,
      noticeId: null,
    });
    expect(await view(id)).toMatchObject({ explanation: 'Nobody of that name.', withheld: [] });
    expect(await view(id, caseworker)).toMatchObject({ explanation: null, withheld: ['explanation'] });
    // A second answer changes nothing: it is parked.
    await answer(id, { outcome: 'notice' });
    await eventually(async () => {
      const rows = await prefecture.database.owner.query(
        `SELECT FROM messaging.inbox WHERE state = 'parked' AND reason = 'opinion-answer-unexpected'`,
      );
      expect(rows).toHaveLength(1);
    });
    expect(await whenIt(id, 'refused')).toMatchObject({ version: 2 });
  });

  it('is closed by the notice that names it, before or after its announcement', async () => {
    const notice = (opinionRequest: string) =>
      receive(aNotice({ procedure: { departement: '75', initiative: 'solicited', opinionRequest } }));
    const first = await asked({ subjectId: await lodge() });
    const { id: noticeId } = await notice(first.id);
    expect(await whenIt(first.id, 'answered')).toMatchObject({ noticeId, version: 2 });
    await answer(first.id, { outcome: 'notice' });
    await eventually(async () => expect((await whenIt(first.id, 'answered')).version).toBe(3));

    const second = await asked({ subjectId: await lodge() });
    await answer(second.id, { outcome: 'notice' });
    expect(await whenIt(second.id, 'answered')).toMatchObject({ noticeId: null });
    const { id: later } = await notice(second.id);
    await eventually(async () => expect((await whenIt(second.id, 'answered')).noticeId).toBe(later));
  });

  it('takes a notice that names what was never asked as any other', async () => {
    const before = await items();
    await receive(aNotice({ procedure: { departement: '75', opinionRequest: randomUUID() } }));
    expect(await items()).toEqual(before);
  });

  it('is withdrawn and the unit told; an answer that crosses it stands', async () => {
    const { id } = await asked({ subjectId: await lodge() });
    const question = await arrived(OPINION_REQUESTED, id);
    await withdraw(id, '"7"').expect(412);
    const { body } = await withdraw(id).expect(202);
    expect(body).toEqual({ id, state: 'withdrawn', version: 2, told: true });
    expect((await arrived(OPINION_WITHDRAWN, id)).data).toMatchObject({ reason: 'no-longer-needed' });
    // It is not asked any more: who applied, and what was asked, goes.
    const revoked = await eventually(() => {
      const found = police.received.find(
        ({ envelope, data }) =>
          envelope.type === SHARE_REVOKED && (data as ShareRevokedV1).events.includes(question.envelope.id),
      );
      if (!found) throw new Error('nothing was revoked yet');
      return found;
    });
    expect(revoked.data).toMatchObject({ effect: 'purge' });
    expect((await withdraw(id, '"2"').expect(409)).body).toMatchObject({ code: 'opinion-withdrawn' });
    await answer(id, { outcome: 'refused', reason: 'no-elements' });
    expect(await whenIt(id, 'refused')).toMatchObject({ withdrawalReason: 'no-longer-needed' });
  });

  it('does not leave any more once it is withdrawn', async () => {
    const subjectId = await lodge();
    const { id, body } = await whileNothingLeaves(prefecture, ['police-75'], async () => {
      const { id } = await asked({ subjectId });
      return { id, body: (await withdraw(id).expect(202)).body as object };
    });
    expect(body).toMatchObject({ state: 'withdrawn', told: false });
    await eventually(async () => expect((await view(id)).delivery).toMatchObject({ state: 'cancelled' }));
    expect(police.received.map(({ data }) => (data as OpinionRequestedV1).request)).not.toContain(id);
    await asked({ subjectId });
  });

  it('is overdue from midnight after its last day on, counted, and an answer then is late', async () => {
    const { id } = await asked({ subjectId: await lodge(), dueOn: today });
    await arrived(OPINION_REQUESTED, id);
    const clock = prefecture.app.get<Clock>(CLOCK);
    const overdue = async () => (await items({ overdue: true })).map((each) => each.id);
    const last = endOfLegalDay(today, '75').getTime() - 1;
    jest.spyOn(clock, 'now').mockReturnValue(new Date(last));
    expect(await overdue()).not.toContain(id);
    jest.spyOn(clock, 'now').mockReturnValue(new Date(last + 1));
    expect(await overdue()).toContain(id);
    const { text } = await prefecture.anonymous().get('/metrics').expect(200);
    expect(text).toMatch(/liaison_opinions_awaited_overdue\{peer="police-75"\} [1-9]/);
    await answer(id, { outcome: 'refused', reason: 'other', answeredAt: new Date(last + 1).toISOString() });
    expect(await whenIt(id, 'refused')).toMatchObject({ late: true, overdue: false });
  });

  it.each([
    ['no such application', { subjectId: randomUUID() }, 404],
    ['no question', { question: ' ' }, 400],
    ['a question too long', { question: 'x'.repeat(2001) }, 400],
    ['a service that is none', { agency: 'prefecture-13', unit: 'desk' }, 422],
    ['a unit that is none', { unit: 'MARKED' }, 400],
    ['a unit that nobody knows', { unit: 'nobody' }, 422],
    ['a day that has passed', { dueOn: '2026-01-02' }, 422],
    ['a day too far', { dueOn: '2090-01-02' }, 422],
    ['something more', { more: 'MARKED' }, 400],
  ])('asks nothing with %s', async (_, changes, status) => {
    const { body } = await ask({ subjectId: await lodge(), ...changes }).expect(status);
    expect(JSON.stringify(body)).not.toContain('MARKED');
  });

  it('is not there for another unit', async () => {
    const { id } = await asked({ subjectId: await lodge() });
    const elsewhere = await prefecture.as({ unit: 'archive', roles: ['desk', 'supervisor'] });
    await elsewhere.get(`/v1/opinion-requests/${id}`).expect(404);
    expect((await elsewhere.get('/v1/opinion-requests').expect(200)).body.items).toEqual([]);
    await ask({ subjectId: await lodge() }, elsewhere).expect(404);
    await ask({ subjectId: await lodge() }, caseworker).expect(403);
  });

  it('says nothing about the person in its logs', () => {
    expect(prefecture.logLines.join('')).not.toMatch(PERSON);
  });
});
