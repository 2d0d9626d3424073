import { CLOCK } from '@liaison/casework';
import {
  NOTICE_ISSUED,
  OPINION_ANSWERED,
  OPINION_REQUESTED,
  OPINION_WITHDRAWN,
  type OpinionAnsweredV1,
  type OpinionRequestedV1,
} from '@liaison/contracts';
import type { Clock } from '@liaison/kernel';
import type { ReceivedEvent } from '@liaison/messaging';
import {
  aNotice,
  type AgencyWorld,
  eventually,
  startAgencyWorld,
  startPeer,
  type TestPeer,
  type TestService,
} from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import type { Agent } from 'supertest';
import { POLICE } from '../service';
import type { OpinionItem, OpinionView } from './opinion-request.dto';

const PERSON = /Osagie|Blessing|held in a flat/;

describe('opinions that a unit is asked for', () => {
  let world: AgencyWorld;
  let police: TestService;
  let prefecture: TestPeer;
  let officer: Agent;
  let caseworker: Agent;

  beforeAll(async () => {
    world = await startAgencyWorld();
    prefecture = await startPeer(world, 'prefecture-75');
    police = await world.start({ ...POLICE, agencyId: 'police-75' });
    // Its clock is set forward below.
    officer = await police.as({ unit: 'brp', roles: ['officer'] }, { expiresInSeconds: 315_360_000 });
    caseworker = await police.as({ unit: 'brp', roles: ['caseworker'] });
  });
  afterAll(() => world.stop());
  afterEach(() => jest.restoreAllMocks());

  const aRequest = (overrides: Partial<OpinionRequestedV1> = {}): OpinionRequestedV1 => ({
    request: randomUUID(),
    subject: 'permit-application',
    ground: 'exceptional',
    question: 'She was held in a flat in 2025: do you know of it?',
    dueOn: '2090-12-04',
    departement: '75',
    requestedAt: '2026-11-18T10:15:01.998Z',
    applicant: { familyName: 'Osagie', givenNames: 'Blessing', birthDate: '2001-06-14' },
    ...overrides,
  });
  const FACTS = { departement: '75', askedForOpinion: ['police-75'] };

  const items = async (as: Agent, query: object = {}) =>
    (
      await as
        .get('/v1/opinion-requests')
        .query({ limit: 200, ...query })
        .expect(200)
    ).body.items as OpinionItem[];
  const whenIt = (request: string, state: string) =>
    eventually(async () => {
      const item = (await items(officer)).find((each) => each.request === request);
      expect(item?.state).toBe(state);
      return item as OpinionItem;
    });
  /** A request that has arrived, on a case of its own. */
  async function asked(document = aRequest()): Promise<OpinionItem> {
    const event = { type: OPINION_REQUESTED, document, facts: FACTS, unit: 'brp' };
    await prefecture.send('police-75', event);
    return whenIt(document.request, 'open');
  }
  const refuse = (id: string, etag: string, body: object, as = officer, key: string = randomUUID()) =>
    as.post(`/v1/opinion-requests/${id}/refuse`).set('Idempotency-Key', key).set('If-Match', etag).send(body);
  const issue = (procedure: object, key: string = randomUUID()) =>
    officer
      .post('/v1/notices')
      .set('Idempotency-Key', key)
      .send({ state: 'issued', content: { ...aNotice(), procedure: { departement: '75', ...procedure } } });
  const arrived = (type: string, about: (event: ReceivedEvent) => boolean) =>
    eventually(() => {
      const found = prefecture.received.filter((event) => event.envelope.type === type && about(event));
      expect(found).not.toHaveLength(0);
      return found;
    });
  const answerTo = (request: string) =>
    arrived(OPINION_ANSWERED, ({ data }) => (data as OpinionAnsweredV1).request === request);

  it('shows an officer the question and the applicant, a caseworker that there is one; each reading is recorded', async () => {
    const { id, request } = await asked();
    const { body } = await officer.get(`/v1/opinion-requests/${id}`).expect(200);
    expect(body as OpinionView).toMatchObject({
      agency: 'prefecture-75',
      request,
      dueOn: '2090-12-04',
      about: null,
      content: { question: expect.stringContaining('flat'), applicant: { familyName: 'Osagie' } },
      withheld: [],
    });
    const { body: less } = await caseworker.get(`/v1/opinion-requests/${id}`).expect(200);
    expect(less.content).toEqual({
      subject: 'permit-application',
      ground: 'exceptional',
      departement: '75',
      applicant: expect.objectContaining({ familyName: 'Osagie' }),
    });
    expect(less.withheld).toEqual(['question']);
    const rows = await police.database.owner.query<{ record: { reference: string } }[]>(
      `SELECT record FROM messaging.audit_record WHERE kind = 'read' AND reference = $1`,
      [request],
    );
    expect(rows).toHaveLength(2);
    expect(JSON.stringify(rows)).not.toMatch(PERSON);
    expect(JSON.stringify(await items(officer))).not.toMatch(PERSON);
  });

  it('is there for the unit that is asked, and for no other', async () => {
    const { id } = await asked();
    const elsewhere = await police.as({ unit: 'bpm', roles: ['officer', 'supervisor'] });
    expect(await items(elsewhere)).toEqual([]);
    await elsewhere.get(`/v1/opinion-requests/${id}`).expect(404);
    await refuse(id, '*', { reason: 'no-elements' }, elsewhere).expect(404);
  });

  it('refuses once, with its reason, and whoever asked learns why', async () => {
    const { id, request } = await asked();
    const refusal = { reason: 'person-unknown', explanation: 'Nobody of that name.' };
    await refuse(id, '"7"', refusal).expect(412);
    await refuse(id, '"1"', { reason: 'because' }).expect(400);
    await refuse(id, '"1"', refusal, caseworker).expect(403);
    const key = randomUUID();
    const answers = await Promise.all([1, 2].map(() => refuse(id, '"1"', refusal, officer, key)));
    for (const { status, body } of answers) {
      expect([status, body]).toEqual([
        202,
        { id, state: 'refused', version: 2, eventId: expect.any(String) },
      ]);
    }
    const told = await answerTo(request);
    expect(told.map(({ data }) => data)).toEqual([
      { request, outcome: 'refused', ...refusal, answeredAt: expect.any(String) },
    ]);
    const again = await refuse(id, '"2"', refusal).expect(409);
    expect(again.body).toMatchObject({ code: 'opinion-answered' });
    expect(await whenIt(request, 'refused')).toMatchObject({ reason: 'person-unknown', late: false });
  });

  it('answers with a notice that names it, at once or from a draft; both leave, linked', async () => {
    const first = await asked();
    const { body: notice } = await issue({ initiative: 'solicited', opinionRequest: first.request }).expect(
      202,
    );
    expect(await whenIt(first.request, 'answered')).toMatchObject({ noticeId: notice.id });
    await answerTo(first.request);
    await arrived(
      NOTICE_ISSUED,
      ({ data }) =>
        (data as { procedure: { opinionRequest?: string } }).procedure.opinionRequest === first.request,
    );

    const second = await asked();
    const content = { ...aNotice(), procedure: { departement: '75', opinionRequest: second.request } };
    const { body: draft } = await officer.post('/v1/notices').send({ content }).expect(201);
    expect(await whenIt(second.request, 'open')).toMatchObject({ noticeId: null });
    await officer
      .post(`/v1/notices/${draft.id}/issue`)
      .set('Idempotency-Key', randomUUID())
      .set('If-Match', '"1"')
      .send({})
      .expect(202);
    expect(await whenIt(second.request, 'answered')).toMatchObject({ noticeId: draft.id });
  });

  it('answers by amending the notice that it is about, and later versions of it answer nothing more', async () => {
    const { body: notice } = await officer
      .post('/v1/notices')
      .set('Idempotency-Key', randomUUID())
      .send({ state: 'issued', content: aNotice({ civilStatus: { declared: { familyName: 'Adeleke' } } }) })
      .expect(202);
    const [mine] = await arrived(NOTICE_ISSUED, ({ data }) => JSON.stringify(data).includes('Adeleke'));
    if (!mine) throw new Error('it has not arrived');
    const { applicant: _, ...document } = aRequest({ subject: 'notice', notice: mine.envelope.subject });
    await prefecture.send('police-75', { type: OPINION_REQUESTED, document, facts: FACTS, unit: 'brp' });
    const item = await whenIt(document.request, 'open');
    const { body: view } = await officer.get(`/v1/opinion-requests/${item.id}`).expect(200);
    expect(view.about).toBe(notice.id);
    const amend = (version: number) =>
      officer
        .post(`/v1/notices/${notice.id}/amend`)
        .set('Idempotency-Key', randomUUID())
        .set('If-Match', `"${version}"`)
        .send({
          reason: 'completion',
          content: { ...aNotice(), procedure: { departement: '75', opinionRequest: document.request } },
        });
    await amend(2).expect(202);
    expect(await whenIt(document.request, 'answered')).toMatchObject({ noticeId: notice.id, version: 2 });
    await amend(3).expect(202);
    expect(await whenIt(document.request, 'answered')).toMatchObject({ version: 2 });
    expect(await answerTo(document.request)).toHaveLength(1);
  });

  it('issues nothing in answer to what was not asked, was answered, or is not asked any more', async () => {
    const count = async () =>
      Number((await police.database.owner.query('SELECT count(*) FROM police.notice'))[0].count);
    const unknown = await issue({ opinionRequest: randomUUID() }).expect(422);
    expect(unknown.body).toMatchObject({ code: 'opinion-request-unknown' });
    const { id, request } = await asked();
    await refuse(id, '"1"', { reason: 'enquiry-secrecy' }).expect(202);
    const before = await count();
    const second = await issue({ opinionRequest: request }).expect(409);
    expect(second.body).toMatchObject({ code: 'opinion-answered' });
    expect(await count()).toBe(before);
  });

  it('learns that nobody waits: an answer is refused from then on', async () => {
    const document = aRequest();
    const event = { type: OPINION_REQUESTED, document, facts: FACTS, unit: 'brp' };
    const reference = await prefecture.send('police-75', event);
    const { id } = await whenIt(document.request, 'open');
    await prefecture.sayMore('police-75', reference, {
      type: OPINION_WITHDRAWN,
      document: { request: document.request, reason: 'wrong-unit', withdrawnAt: '2026-11-20T09:00:00Z' },
    });
    expect(await whenIt(document.request, 'withdrawn')).toMatchObject({
      withdrawalReason: 'wrong-unit',
      withdrawnAt: '2026-11-20T09:00:00.000Z',
    });
    const { body } = await refuse(id, '"2"', { reason: 'no-elements' }).expect(409);
    expect(body).toMatchObject({ code: 'opinion-withdrawn' });
    const late = await issue({ opinionRequest: document.request }).expect(409);
    expect(late.body).toMatchObject({ code: 'opinion-withdrawn' });
  });

  it.each([
    ['Paris', '75', '2026-12-04T22:59:59.999Z'],
    ['Cayenne', '973', '2026-12-05T02:59:59.999Z'],
    ['Nouméa', '988', '2026-12-04T12:59:59.999Z'],
  ])(
    'is overdue from midnight on in %s, counted, and an answer then is late',
    async (_, departement, last) => {
      const item = await asked(aRequest({ dueOn: '2026-12-04', departement }));
      const clock = police.app.get<Clock>(CLOCK);
      const overdue = async () => (await items(officer, { overdue: true })).map(({ id }) => id);
      jest.spyOn(clock, 'now').mockReturnValue(new Date(last));
      expect(await overdue()).not.toContain(item.id);
      jest.spyOn(clock, 'now').mockReturnValue(new Date(Date.parse(last) + 1));
      expect(await overdue()).toContain(item.id);
      const { text } = await police.anonymous().get('/metrics').expect(200);
      expect(text).toMatch(/liaison_opinions_owed_overdue\{peer="prefecture-75"\} [1-9]/);
      await refuse(item.id, '"1"', { reason: 'no-elements' }).expect(202);
      expect(await overdue()).not.toContain(item.id);
      expect(await whenIt(item.request, 'refused')).toMatchObject({ late: true, overdue: false });
    },
  );

  it.each(['cursor=x', 'limit=0', 'overdue=perhaps', 'state=lost', 'unit=bpm'])(
    'answers 400 to a list with %s',
    async (query) => {
      await officer.get(`/v1/opinion-requests?${query}`).expect(400);
    },
  );

  it('says nothing about the person in its logs', () => {
    expect(police.logLines.join('')).not.toMatch(PERSON);
  });
});
