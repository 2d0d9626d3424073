import { randomUUID } from 'node:crypto';
import { addDays } from '../law/days';
import { PERSON, type Register, startRegister } from './register.test';

describe('the register of receipts', () => {
  let register: Register;
  beforeAll(async () => {
    register = await startRegister();
  });
  afterAll(() => register.world.stop());

  it('is given for thirty days on the police’s signal alone, under the text in force', async () => {
    const { caseworker, today, receive, post, readings } = register;
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
      legalBases: expect.arrayContaining(['CESEDA R425-2']),
      fields: [expect.objectContaining({ paths: expect.arrayContaining(['holder.familyName']) })],
    });
    expect(JSON.stringify(reading)).not.toMatch(PERSON);
  });

  it('cites the text of the time for a receipt of the time', async () => {
    const { open } = register;
    const old = await open({ handedOverOn: '2014-01-27' });
    expect(old).toMatchObject({
      receiptNumber: '75-2014-00001',
      lastDay: '2014-02-26',
      article: 'CESEDA R316-2 (CESEDA R316-3)',
      status: 'elapsed',
    });
  });

  it('is given once a case, also to two who ask at once, and once a key', async () => {
    const { prefecture, desk, receive, post } = register;
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
    const { receive, post, open } = register;
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
    const { today, open, list } = register;
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
    const { desk, list } = register;
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
    const { desk, today, post, open } = register;
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

  it('counts what nobody counted', async () => {
    const { desk, caseworker, post, open } = register;
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
    const { receive, post } = register;
    const { id: noticeId } = await receive();
    const { body } = await post('', { noticeId, language: 'fr', ...changes }).expect(status);
    expect(JSON.stringify(body)).not.toContain('MARKED');
  });

  it('is not there for another unit, nor for another agency, nor without a role', async () => {
    const { prefecture, caseworker, today, post, open } = register;
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
    const { prefecture } = register;
    expect(prefecture.logLines.join('')).not.toMatch(PERSON);
  });
});
