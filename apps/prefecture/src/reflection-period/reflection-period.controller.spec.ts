import {
  NOTICE_ISSUED,
  REFLECTION_PERIOD_BREACH_VOIDED,
  REFLECTION_PERIOD_BREACHED,
} from '@liaison/contracts';
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
import { addDays } from '../law/days';
import { PREFECTURE } from '../service';

const PERSON = /Osagie|Blessing|Benin/;

describe('the register of receipts', () => {
  let world: AgencyWorld;
  let police: TestPeer;
  let prefecture: TestService;
  let desk: Agent;
  let caseworker: Agent;
  let today: string;

  beforeAll(async () => {
    world = await startAgencyWorld();
    police = await startPeer(world, 'police-75');
    prefecture = await world.start({ agencyId: 'prefecture-75', ...PREFECTURE });
    desk = await prefecture.as({ unit: 'desk', roles: ['desk'] });
    caseworker = await prefecture.as({ unit: 'desk', roles: ['caseworker'] });
    today = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/Paris' }).format(new Date());
  });
  afterAll(() => world.stop());

  const DOCUMENT = aNotice({
    civilStatus: {
      declared: {
        familyName: 'Osagie',
        givenNames: ['Blessing'],
        birthDate: '2001-06-14',
        birthPlace: 'Benin City',
        nationalities: ['NG'],
      },
    },
  });

  /** A notice that has arrived. */
  async function receive(document = DOCUMENT): Promise<{ id: string; reference: string }> {
    const facts = { departement: '75', protectedIdentity: false, protectedAddress: false };
    const reference = await police.send('prefecture-75', { type: NOTICE_ISSUED, document, facts });
    return eventually(async () => {
      const { body } = await desk.get('/v1/notices').query({ limit: 200 }).expect(200);
      const item = (body.items as { id: string; reference: string }[]).find(
        (each) => each.reference === reference,
      );
      if (!item) throw new Error('it has not arrived');
      return item;
    });
  }
  const post = (path: string, body: object, as = desk, key: string = randomUUID()) =>
    as.post(`/v1/reflection-periods${path}`).set('Idempotency-Key', key).send(body);
  const open = async (more: object = {}) => {
    const { id: noticeId } = await receive();
    const { body } = await post('', { noticeId, language: 'ro', ...more }).expect(201);
    return body as { id: string; receiptNumber: string; from: string; lastDay: string; article: string };
  };
  const list = async (query: object = {}) =>
    (
      await desk
        .get('/v1/reflection-periods')
        .query({ limit: 200, ...query })
        .expect(200)
    ).body.items as {
      id: string;
      status: string;
      daysLeft: number | null;
      endingSoon: boolean;
      breached: boolean;
    }[];
  const readings = (reference: string) =>
    prefecture.database.owner.query<{ record: object }[]>(
      "SELECT record FROM messaging.audit_record WHERE kind = 'read' AND reference = $1",
      [reference],
    );

  it('is given for thirty days on the police’s signal alone, under the text in force', async () => {
    const { id: noticeId, reference } = await receive();
    const { body, headers } = await post('', { noticeId, language: 'ro' }).expect(201);
    expect(headers['etag']).toBe('"1"');
    expect(body).toEqual({
      id: expect.any(String),
      receiptNumber: expect.stringMatching(/^75-\d{4}-\d{5}$/),
      from: today,
      lastDay: addDays(today, 30),
      article: 'CESEDA R425-2',
      status: 'running',
      version: 1,
    });
    const { body: view } = await caseworker.get(`/v1/reflection-periods/${body.id}`).expect(200);
    expect(view).toMatchObject({
      noticeId,
      daysLeft: 31,
      endingSoon: false,
      breached: false,
      language: 'ro',
      holder: {
        familyName: 'Osagie',
        givenNames: 'Blessing',
        birthDate: '2001-06-14',
        birthPlace: 'Benin City',
        nationality: 'NG',
      },
      breaches: [],
    });
    const [reading] = await readings(reference);
    expect(reading?.record).toMatchObject({
      kind: 'read',
      unit: 'desk',
      purpose: 'residence-of-victims',
      legalBases: ['CESEDA R425-2'],
      fields: [expect.objectContaining({ paths: expect.arrayContaining(['holder.familyName']) })],
    });
    expect(JSON.stringify(reading)).not.toMatch(PERSON);
  });

  it('cites the text of the time for a receipt of the time', async () => {
    const old = await open({ handedOverOn: '2014-01-27' });
    expect(old).toMatchObject({
      receiptNumber: '75-2014-00001',
      lastDay: '2014-02-26',
      article: 'CESEDA R316-2 (CESEDA R316-3)',
      status: 'elapsed',
    });
  });

  it('is given once a case, also to two who ask at once, and once a key', async () => {
    const { id: noticeId } = await receive();
    const key = randomUUID();
    const body = { noticeId, language: 'fr' };
    const answers = await Promise.all([post('', body, desk, key), post('', body), post('', body, desk, key)]);
    const statuses = answers.map(({ status }) => status).sort();
    expect([
      [201, 201, 409],
      [201, 409, 409],
    ]).toContainEqual(statuses);
    const again = await post('', body).expect(409);
    expect(again.body).toMatchObject({ code: 'reflection-period-exists' });
    const rows = await prefecture.database.owner.query(
      'SELECT FROM prefecture.reflection_period WHERE notice_id = $1',
      [noticeId],
    );
    expect(rows).toHaveLength(1);
  });

  it('numbers the receipts of a year without a hole', async () => {
    const first = await open({ handedOverOn: '2019-05-02' });
    const { id: noticeId } = await receive();
    await post('', {
      noticeId,
      language: 'fr',
      handedOverOn: '2019-05-03',
      holder: { familyName: '李' },
    }).expect(422);
    const second = await open({ handedOverOn: '2019-05-04' });
    expect([first.receiptNumber, second.receiptNumber]).toEqual(['75-2019-00001', '75-2019-00002']);
  });

  it('warns before the end, and lists what is over', async () => {
    const soon = await open({ handedOverOn: addDays(today, -24) });
    const later = await open({ handedOverOn: addDays(today, -20) });
    const over = await open({ handedOverOn: addDays(today, -31) });
    const warned = await list({ endingSoon: true });
    expect(warned).toContainEqual(expect.objectContaining({ id: soon.id, daysLeft: 7, endingSoon: true }));
    expect(warned.map(({ id }) => id)).not.toEqual(expect.arrayContaining([later.id]));
    expect((await list({ status: 'elapsed' })).map(({ id }) => id)).toContain(over.id);
    expect(JSON.stringify(await list())).not.toMatch(PERSON);
  });

  it('pages through the register, each once', async () => {
    const all = (await list()).map(({ id }) => id);
    const seen: string[] = [];
    for (let cursor: string | null | undefined; cursor !== null;) {
      const { body } = await desk
        .get('/v1/reflection-periods')
        .query({ limit: 2, ...(cursor && { cursor }) })
        .expect(200);
      seen.push(...(body.items as { id: string }[]).map(({ id }) => id));
      cursor = body.next as string | null;
    }
    expect(seen).toEqual(all);
  });

  it('ends early with its reason, and its receipt is printed no more', async () => {
    const { id } = await open();
    await post(`/${id}/end`, { reason: 'link-renewed' }).expect(428);
    await post(`/${id}/end`, { reason: 'link-renewed' }).set('If-Match', '"7"').expect(412);
    const { body } = await post(`/${id}/end`, { reason: 'link-renewed' }).set('If-Match', '"1"').expect(200);
    expect(body).toEqual({ id, status: 'ended-early', endedOn: today, reason: 'link-renewed', version: 2 });
    const again = await post(`/${id}/end`, { reason: 'public-order' }).set('If-Match', '"2"').expect(409);
    expect(again.body).toMatchObject({ code: 'reflection-period-over' });
    const printed = await desk.get(`/v1/reflection-periods/${id}/receipt`).expect(409);
    expect(printed.body).toMatchObject({ code: 'receipt-withdrawn' });
  });

  it('tells the sender of the notice at once of a breach, and of its end', async () => {
    const { id: noticeId, reference } = await receive();
    const { body: period } = await post('', { noticeId, language: 'fr' }).expect(201);
    const { body: told } = await post(
      `/${period.id}/breaches`,
      { measure: 'removal-ordered', takenOn: today },
      caseworker,
    ).expect(202);
    expect(told).toMatchObject({
      breached: true,
      recipient: 'police-75',
      allowed: true,
      convention: 'reflection-period@2',
      version: 2,
    });
    const arrivals = () =>
      police.received.filter(({ envelope }) => envelope.type === REFLECTION_PERIOD_BREACHED);
    const own = () => arrivals().filter(({ envelope }) => envelope.subject === reference);
    await eventually(() => expect(own()).toHaveLength(1));
    expect(own()[0]?.data).toEqual({
      breach: told.breach,
      revision: 1,
      measure: 'removal-ordered',
      takenOn: today,
      periodFrom: today,
      periodUntil: addDays(today, 30),
      article: 'CESEDA R425-2',
      departement: '75',
      reportedAt: expect.any(String),
    });
    expect((await list({ breached: true })).map((each) => each.id)).toContain(period.id);

    const remedy = `/${period.id}/breaches/${told.breach}/remedy`;
    await post(remedy, {}, caseworker).expect(403);
    const { body: remedied } = await post(remedy, {}).expect(202);
    expect(remedied).toMatchObject({ breached: false, version: 3 });
    await eventually(() => expect(own()).toHaveLength(2));
    expect(own()[1]?.data).toMatchObject({ breach: told.breach, revision: 2, remediedOn: today });
    expect((await post(remedy, {}).expect(409)).body).toMatchObject({ code: 'breach-remedied' });
    const { body: view } = await desk.get(`/v1/reflection-periods/${period.id}`).expect(200);
    expect(view.breaches).toEqual([expect.objectContaining({ id: told.breach, remediedOn: today })]);
  });

  it('tells the sender that a breach was entered by mistake, and counts it no more', async () => {
    const { id: noticeId, reference } = await receive();
    const handedOverOn = '2012-02-01';
    const { body: period } = await post('', { noticeId, language: 'fr', handedOverOn }).expect(201);
    const breach = { measure: 'detention', takenOn: '2012-02-03' };
    const { body: told } = await post(`/${period.id}/breaches`, breach).expect(202);
    const path = `/${period.id}/breaches/${told.breach}/void`;
    await post(path, { reason: 'wrong-person' }, caseworker).expect(403);
    await post(path, { reason: 'whatever' }).expect(400);
    await post(`/${period.id}/breaches/${randomUUID()}/void`, { reason: 'wrong-person' }).expect(404);
    const { body } = await post(path, { reason: 'wrong-person' }).expect(202);
    expect(body).toMatchObject({
      breached: false,
      version: 3,
      allowed: true,
      convention: 'reflection-period@2',
    });
    const { data } = await eventually(() => {
      const found = police.received.find(
        ({ envelope }) => envelope.type === REFLECTION_PERIOD_BREACH_VOIDED && envelope.subject === reference,
      );
      if (!found) throw new Error('it has not arrived');
      return found;
    });
    expect(data).toEqual({
      breach: told.breach,
      revision: 2,
      reason: 'wrong-person',
      voidedAt: expect.any(String),
    });
    expect((await list({ breached: true })).map((each) => each.id)).not.toContain(period.id);
    const { body: counts } = await desk
      .get('/v1/reflection-periods/counts')
      .query({ year: 2012 })
      .expect(200);
    expect(counts).toMatchObject({ receipts: 1, breached: 0, unremedied: 0 });
    expect((await post(path, { reason: 'wrong-person' }).expect(409)).body).toMatchObject({
      code: 'breach-voided',
    });
    const { body: view } = await desk.get(`/v1/reflection-periods/${period.id}`).expect(200);
    expect(view.breaches).toEqual([expect.objectContaining({ voidReason: 'wrong-person' })]);
  });

  it('reports nothing, and sends nothing, where the measure is no breach', async () => {
    const { id } = await open({ handedOverOn: '2025-03-03' });
    const before = police.received.length;
    const breach = { measure: 'removal-executed', takenOn: '2025-04-03' };
    const { body } = await post(`/${id}/breaches`, breach).expect(422);
    expect(body).toMatchObject({ code: 'breach-outside-period' });
    const intents = await prefecture.database.owner.query(
      "SELECT FROM messaging.event_document WHERE type = $1 AND document->>'periodFrom' = '2025-03-03'",
      [REFLECTION_PERIOD_BREACHED],
    );
    expect(intents).toEqual([]);
    expect(police.received.slice(before).map(({ envelope }) => envelope.type)).not.toContain(
      REFLECTION_PERIOD_BREACHED,
    );
  });

  it('prints the receipt, the same bytes each time, without a word on why', async () => {
    const { id, receiptNumber } = await open();
    const print = () => desk.get(`/v1/reflection-periods/${id}/receipt`).buffer(true).expect(200);
    const [first, second] = [await print(), await print()];
    expect(first.type).toBe('application/pdf');
    expect(first.headers['content-disposition']).toBe(`inline; filename="recepisse-${receiptNumber}.pdf"`);
    const bytes = first.body as Buffer;
    expect(bytes.subarray(0, 5).toString()).toBe('%PDF-');
    expect(bytes.equals(second.body as Buffer)).toBe(true);
  });

  it.each(['fr', 'en', 'es', 'ro', 'bg', 'zh', 'pt', 'ar'])('informs the person in %s', async (language) => {
    const { id } = await open();
    const get = (query: object) =>
      desk.get(`/v1/reflection-periods/${id}/information`).query(query).expect(200);
    const { body, headers } = await get({ language });
    expect(headers['content-language']).toBe(language);
    expect(body).toMatchObject({ language, direction: language === 'ar' ? 'rtl' : 'ltr' });
    const text = (body.paragraphs as string[]).join('\n');
    expect(text).toContain('Préfecture de police de Paris');
    expect(text).not.toContain('{');
    const page = await get({ language, format: 'html' });
    expect(page.type).toBe('text/html');
    expect(page.text).toContain(`lang="${language}"`);
    expect(page.text).toContain(body.title);
  });

  it('counts what nobody counted', async () => {
    await open({ handedOverOn: '2011-02-01' });
    await open({ handedOverOn: '2011-02-28' });
    const breached = await open({ handedOverOn: '2011-07-01' });
    await post(`/${breached.id}/breaches`, { measure: 'detention', takenOn: '2011-07-31' }).expect(202);
    const { body } = await desk.get('/v1/reflection-periods/counts').query({ year: 2011 }).expect(200);
    expect(body).toEqual({
      year: 2011,
      receipts: 3,
      endedEarly: 0,
      running: 0,
      breached: 1,
      unremedied: 1,
      months: [
        { month: '2011-02', receipts: 2, endedEarly: 0, breached: 0 },
        { month: '2011-07', receipts: 1, endedEarly: 0, breached: 1 },
      ],
    });
    await caseworker.get('/v1/reflection-periods/counts').query({ year: 2011 }).expect(403);
  });

  it('asks who it is for where the notice does not say, and in letters that it can print', async () => {
    const { id: noticeId } = await receive(aNotice({ civilStatus: { declared: { estimatedAge: 19 } } }));
    const nobody = await post('', { noticeId, language: 'zh' }).expect(422);
    expect(nobody.body).toMatchObject({ code: 'holder-missing' });
    const chinese = await post('', {
      noticeId,
      language: 'zh',
      holder: { familyName: '李', givenNames: '梅' },
    });
    expect([chinese.status, chinese.body.code]).toEqual([422, 'holder-not-printable']);
    await post('', { noticeId, language: 'zh', holder: { familyName: 'Lǐ', givenNames: 'Méi' } }).expect(201);
  });

  it.each([
    ['no notice', { noticeId: undefined }, 400],
    ['a notice that is none', { noticeId: randomUUID() }, 404],
    ['a language without a text', { language: 'de' }, 400],
    ['a day that does not exist', { handedOverOn: '2026-02-30' }, 400],
    ['a day to come', { handedOverOn: '2090-01-01' }, 422],
    ['a day before any text', { handedOverOn: '2001-01-01' }, 422],
    ['a holder without a name', { holder: {} }, 400],
    ['a holder with more', { holder: { familyName: 'Osagie', more: 'MARKED' } }, 400],
    ['a name with a line break', { holder: { familyName: 'MARKED\nx' } }, 400],
    ['something more', { more: 'MARKED' }, 400],
  ])('refuses a receipt with %s', async (_, changes, status) => {
    const { id: noticeId } = await receive();
    const { body } = await post('', { noticeId, language: 'fr', ...changes }).expect(status);
    expect(JSON.stringify(body)).not.toContain('MARKED');
  });

  it('is not there for another unit, nor for another agency, nor without a role', async () => {
    const { id } = await open();
    const elsewhere = await prefecture.as({ unit: 'archive', roles: ['desk', 'supervisor'] });
    const stranger = await prefecture.as({ unit: 'desk', roles: ['desk'], agency: 'prefecture-13' });
    const operator = await prefecture.as({ unit: 'desk', roles: ['operator', 'dpo', 'officer'] });
    for (const path of ['', '/receipt', '/information']) {
      const address = `/v1/reflection-periods/${id}${path}`;
      await elsewhere.get(address).expect(404);
      await stranger.get(address).expect(403);
      await operator.get(address).expect(403);
      await prefecture.anonymous().get(address).expect(401);
    }
    await post(`/${id}/end`, { reason: 'person-asked' }, elsewhere).set('If-Match', '*').expect(404);
    await post(`/${id}/breaches`, { measure: 'detention', takenOn: today }, elsewhere).expect(404);
    await post(`/${id}/end`, { reason: 'person-asked' }, caseworker).set('If-Match', '*').expect(403);
    expect((await elsewhere.get('/v1/reflection-periods').expect(200)).body).toEqual({
      items: [],
      next: null,
    });
  });

  it('says nothing about the person in its logs', () => {
    expect(prefecture.logLines.join('')).not.toMatch(PERSON);
  });
});
