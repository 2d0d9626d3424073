import { type AgencyWorld, startAgencyWorld, type TestService } from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import type { Agent } from 'supertest';
import { addDays, addMonths } from '../law/days';
import { PREFECTURE } from '../service';

interface Answer {
  readonly id: string;
  readonly state: string;
  readonly version: number;
  readonly [name: string]: unknown;
}

const HOLDER = { familyName: 'Osagie', givenNames: 'Blessing', nationality: 'NG' };
const PERSON = /Osagie|Blessing/;
const COMPLAINED = { complaintOn: '2026-02-01', linksBroken: true };

describe('applications for permits', () => {
  let world: AgencyWorld;
  let prefecture: TestService;
  let desk: Agent;
  let caseworker: Agent;
  let today: string;

  beforeAll(async () => {
    world = await startAgencyWorld();
    prefecture = await world.start({ agencyId: 'prefecture-75', ...PREFECTURE });
    desk = await prefecture.as({ unit: 'desk', roles: ['desk'] });
    caseworker = await prefecture.as({ unit: 'desk', roles: ['caseworker'] });
    today = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/Paris' }).format(new Date());
  });
  afterAll(() => world.stop());

  const lodge = async (more: object = {}) => {
    const body = { ground: 'cooperation', holder: HOLDER, situation: COMPLAINED, ...more };
    const response = await desk
      .post('/v1/permits')
      .set('Idempotency-Key', randomUUID())
      .send(body)
      .expect(201);
    return response.body as Answer;
  };
  const act = ({ id, version }: Answer, path: string, body: object = {}, as = desk) =>
    as
      .post(`/v1/permits/${id}/${path}`)
      .set('Idempotency-Key', randomUUID())
      .set('If-Match', `"${version}"`)
      .send(body);
  const acted = async (permit: Answer, path: string, body: object = {}) =>
    (await act(permit, path, body).expect(200)).body as Answer;
  const list = async (query: object) =>
    (
      await desk
        .get('/v1/permits')
        .query({ limit: 200, ...query })
        .expect(200)
    ).body.items as Answer[];

  it('lodges, grants under the text in force that day, and shows what was decided', async () => {
    const lodged = await lodge();
    expect(lodged).toMatchObject({ state: 'lodged', version: 1, kind: 'temporary', renewal: false });
    const granted = await acted(lodged, 'grant');
    expect(granted).toMatchObject({
      state: 'granted',
      version: 2,
      validUntil: addDays(addMonths(today, 12), -1),
      article: 'CESEDA L425-1',
    });
    const { body, headers } = await caseworker.get(`/v1/permits/${lodged.id}`).expect(200);
    expect(headers['etag']).toBe('"2"');
    expect(body).toMatchObject({
      holder: HOLDER,
      situation: COMPLAINED,
      warning: null,
      acts: { granted: { on: today, article: 'CESEDA L425-1' } },
    });
    const readings = await prefecture.database.owner.query<{ record: object }[]>(
      "SELECT record FROM messaging.audit_record WHERE kind = 'read' AND reference = $1",
      [lodged.id],
    );
    expect(readings).toHaveLength(1);
    expect(JSON.stringify(readings)).not.toMatch(PERSON);
    expect(JSON.stringify(await list({}))).not.toMatch(PERSON);
  });

  it('proposes what the law makes automatic, with its article, and decides nothing', async () => {
    const lodged = await lodge();
    const proposals = async () =>
      (await caseworker.get(`/v1/permits/${lodged.id}/proposals`).expect(200)).body.items as Answer[];
    expect((await proposals())[0]).toMatchObject({ ground: 'cooperation', byRight: true, missing: [] });
    const ended = await acted(lodged, 'proceedings', { outcome: 'final-conviction' });
    expect(ended).toMatchObject({ state: 'lodged', version: 2 });
    expect((await proposals())[0]).toMatchObject({
      ground: 'final-conviction',
      kind: 'resident',
      article: 'CESEDA L425-3',
      byRight: true,
    });
    expect((await act(ended, 'proceedings', { outcome: 'acquittal' }).expect(409)).body).toMatchObject({
      code: 'proceedings-over',
    });
  });

  it('asks again once more is known of the situation', async () => {
    const lodged = await lodge({ ground: 'exit-path', situation: {} });
    const { body } = await desk
      .put(`/v1/permits/${lodged.id}/situation`)
      .set('Idempotency-Key', randomUUID())
      .set('If-Match', '"1"')
      .send({ exitPathOn: '2026-03-01', prostitutionCeased: true })
      .expect(200);
    expect(body).toMatchObject({ version: 2 });
    const { body: proposals } = await desk.get(`/v1/permits/${lodged.id}/proposals`).expect(200);
    expect(proposals.items[0]).toMatchObject({
      ground: 'exit-path',
      kind: 'provisional',
      byRight: false,
      missing: [],
    });
  });

  it('takes a permit to renew that is null for none', async () => {
    expect(await lodge({ renewalOf: null, noticeId: null })).toMatchObject({ renewal: false });
  });

  it('renews for the same person, who is known by then, and warns when that is due', async () => {
    const first = await acted(await lodge({ lodgedOn: '2025-12-01' }), 'grant', {
      on: addMonths(today, -11),
    });
    expect((await list({ warning: 'renewal-due' })).map(({ id }) => id)).toContain(first.id);
    expect((await list({ warning: 'renewal-open' })).map(({ id }) => id)).not.toContain(first.id);
    const renewal = await lodge({ holder: undefined, situation: undefined, renewalOf: first.id });
    expect(renewal).toMatchObject({ renewal: true });
    const { body } = await desk.get(`/v1/permits/${renewal.id}`).expect(200);
    expect(body).toMatchObject({ renewalOf: first.id, holder: HOLDER, situation: COMPLAINED });
    expect((await list({ warning: 'renewal-due' })).map(({ id }) => id)).not.toContain(first.id);
    expect((await desk.get(`/v1/permits/${first.id}`).expect(200)).body).toMatchObject({ warning: null });
    const twice = await desk
      .post('/v1/permits')
      .set('Idempotency-Key', randomUUID())
      .send({ ground: 'cooperation', renewalOf: first.id })
      .expect(409);
    expect(twice.body).toMatchObject({ code: 'renewal-exists' });
    const refused = await acted(await lodge(), 'refuse', { reason: 'file-incomplete' });
    const { body: problem } = await desk
      .post('/v1/permits')
      .set('Idempotency-Key', randomUUID())
      .send({ ground: 'cooperation', renewalOf: refused.id })
      .expect(409);
    expect(problem).toMatchObject({ code: 'renewal-of-nothing' });
  });

  it('refuses with a reason and a term; an appeal that succeeds brings the application back', async () => {
    const refused = await acted(await lodge(), 'refuse', { reason: 'conditions-not-met' });
    expect(refused).toMatchObject({
      state: 'refused',
      appealBy: addMonths(today, 2),
      article: 'CESEDA L425-1',
    });
    const appealed = await acted(refused, 'appeal');
    const back = await acted(appealed, 'appeal-decision', { outcome: 'refusal-annulled' });
    expect(back).toMatchObject({ state: 'lodged', appealBy: null });
    expect((await acted(back, 'grant')).state).toBe('granted');
    const late = await acted(await lodge({ lodgedOn: '2025-01-06' }), 'refuse', {
      reason: 'public-order',
      on: '2025-02-03',
    });
    expect((await act(late, 'appeal').expect(422)).body).toMatchObject({ code: 'appeal-too-late' });
  });

  it('a renewal that was refused stands in the way of another until nobody can appeal any more, or the appeal has failed', async () => {
    const renew = async (on: string, ...acts: readonly (readonly [string, object])[]) => {
      const first = await acted(await lodge({ lodgedOn: '2025-01-06' }), 'grant', { on: '2025-01-06' });
      let renewal = await lodge({ holder: undefined, renewalOf: first.id, lodgedOn: on });
      for (const [path, body] of acts) renewal = await acted(renewal, path, body);
      return desk
        .post('/v1/permits')
        .set('Idempotency-Key', randomUUID())
        .send({ ground: 'cooperation', situation: COMPLAINED, renewalOf: first.id });
    };
    const refuse = (on: string) => ['refuse', { reason: 'file-incomplete', on }] as const;
    const recently = addMonths(today, -2);
    expect((await renew(recently, refuse(recently))).body).toMatchObject({ code: 'renewal-exists' });
    const long = addDays(addMonths(today, -2), -5);
    expect((await renew(long, refuse(long))).body).toMatchObject({ state: 'lodged', renewal: true });
    const upheld = ['appeal-decision', { outcome: 'refusal-upheld' }] as const;
    const heard = await renew(long, refuse(recently), ['appeal', {}], upheld);
    expect(heard.body).toMatchObject({ state: 'lodged', renewal: true });
    const waiting = await renew(long, refuse(long), ['appeal', { on: long }]);
    expect(waiting.body).toMatchObject({ code: 'renewal-exists' });
  });

  it('withdraws with a reason, abandons, and does neither twice', async () => {
    const granted = await acted(await lodge(), 'grant');
    const withdrawn = await acted(granted, 'withdraw', { reason: 'untrue-complaint' });
    expect(withdrawn).toMatchObject({ state: 'withdrawn', article: 'CESEDA L425-5' });
    await act(withdrawn, 'withdraw', { reason: 'public-order' }).expect(409);
    const abandoned = await acted(await lodge(), 'abandon');
    expect((await act(abandoned, 'grant').expect(409)).body).toMatchObject({ code: 'permit-not-lodged' });
  });

  it('decides once where two decide at once, and once a key', async () => {
    const lodged = await lodge();
    const key = randomUUID();
    const grant = (withKey: string) =>
      desk
        .post(`/v1/permits/${lodged.id}/grant`)
        .set('Idempotency-Key', withKey)
        .set('If-Match', '"1"')
        .send({});
    const answers = await Promise.all([grant(key), grant(randomUUID())]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412]);
    const again = await grant(key);
    expect(again.body).toEqual(answers[0]?.body);
  });

  it.each([
    ['a ground that there is not', { ground: 'MARKED' }, 400],
    ['nobody', { holder: undefined }, 422],
    ['a day to come', { lodgedOn: '2090-01-01' }, 422],
    ['a day before the text', { ground: 'exit-path', lodgedOn: '2014-01-27' }, 422],
    ['a notice that is none', { noticeId: randomUUID() }, 404],
    ['a situation with more', { situation: { more: 'MARKED' } }, 400],
    ['a situation that is no flag', { situation: { linksBroken: 'MARKED' } }, 400],
    ['something more', { more: 'MARKED' }, 400],
  ])('refuses an application with %s', async (_, changes, status) => {
    const body = { ground: 'cooperation', holder: HOLDER, ...changes };
    const answer = await desk
      .post('/v1/permits')
      .set('Idempotency-Key', randomUUID())
      .send(body)
      .expect(status);
    expect(JSON.stringify(answer.body)).not.toContain('MARKED');
  });

  it('refuses acts that are late, short or unread', async () => {
    const lodged = await lodge();
    await act({ ...lodged, version: 7 }, 'grant').expect(412);
    await desk
      .post(`/v1/permits/${lodged.id}/grant`)
      .set('Idempotency-Key', randomUUID())
      .send({})
      .expect(428);
    await desk.post(`/v1/permits/${lodged.id}/grant`).set('If-Match', '*').send({}).expect(400);
    expect((await act(lodged, 'grant', { until: today }).expect(422)).body).toMatchObject({
      code: 'validity-too-short',
    });
    expect((await act(lodged, 'grant', { on: '2020-01-01' }).expect(422)).body).toMatchObject({
      code: 'day-before-the-last-act',
    });
    await act(lodged, 'refuse', { reason: 'because' }).expect(400);
  });

  it('pages through the list, each once', async () => {
    const all = (await list({})).map(({ id }) => id);
    const seen: string[] = [];
    for (let cursor: string | null | undefined; cursor !== null;) {
      const { body } = await desk
        .get('/v1/permits')
        .query({ limit: 3, ...(cursor && { cursor }) })
        .expect(200);
      seen.push(...(body.items as Answer[]).map(({ id }) => id));
      cursor = body.next as string | null;
    }
    expect(seen).toEqual(all);
  });

  it('is not there for another unit, and decided by nobody but the desk', async () => {
    const lodged = await lodge();
    const elsewhere = await prefecture.as({ unit: 'archive', roles: ['desk', 'supervisor'] });
    await elsewhere.get(`/v1/permits/${lodged.id}`).expect(404);
    await elsewhere.get(`/v1/permits/${lodged.id}/proposals`).expect(404);
    await act(lodged, 'grant', {}, elsewhere).expect(404);
    await act(lodged, 'grant', {}, caseworker).expect(403);
    expect(prefecture.logLines.join('')).not.toMatch(PERSON);
  });
});
