import { NOTICE_RECALLED, NOTICE_SUPERSEDED, NOTICE_WITHDRAWN } from '@liaison/contracts';
import { type AgencyWorld, eventually, type TestPeer, type TestService } from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import type { Agent } from 'supertest';
import { type DeskWorld, startDeskWorld } from '../desk-world.test';

const DESPITE = 'The unit confirmed by telephone';
const AT = '2026-11-20T09:00:00.000Z';
const ENDS = {
  withdrawn: { type: NOTICE_WITHDRAWN, document: { withdrawnAt: AT, reason: 'facts-not-established' } },
  superseded: { type: NOTICE_SUPERSEDED, document: { supersededAt: AT, reason: 'moved' } },
  recalled: { type: NOTICE_RECALLED, document: { recalledAt: AT, reason: 'wrong-recipient' } },
} as const;

describe('an act that would rest on a notice that no longer stands', () => {
  let world: AgencyWorld;
  let police: TestPeer;
  let prefecture: TestService;
  let receive: DeskWorld['receive'];
  let desk: Agent;

  beforeAll(async () => {
    ({ world, police, prefecture, desk, receive } = await startDeskWorld());
  });
  afterAll(() => world.stop());

  const find = async (reference: string, standing: string) => {
    const { body } = await desk.get('/v1/notices').query({ limit: 200, standing }).expect(200);
    const items = body.items as { id: string; reference: string }[];
    const found = items.find((each) => each.reference === reference);
    if (!found) throw new Error(`there is none that is ${standing}`);
    return found.id;
  };
  async function end(reference: string, how: keyof typeof ENDS) {
    await police.sayMore('prefecture-75', reference, ENDS[how]);
    await eventually(() => find(reference, how));
  }
  async function ended(how: keyof typeof ENDS): Promise<string> {
    const { reference, id } = await receive();
    await end(reference, how);
    return id;
  }
  const open = (noticeId: string, more: object = {}) =>
    desk
      .post('/v1/reflection-periods')
      .set('Idempotency-Key', randomUUID())
      .send({ noticeId, language: 'fr', ...more });
  const lodge = (body: object) =>
    desk
      .post('/v1/permits')
      .set('Idempotency-Key', randomUUID())
      .send({ ground: 'cooperation', situation: {}, ...body });
  const prepare = (id: string, more: object = {}) =>
    desk.post('/v1/agdref-extracts').send({ subject: 'notice', id, ...more });
  const handOver = (id: string, body: object = {}) =>
    desk.post(`/v1/agdref-extracts/${id}/hand-over`).set('If-Match', '"1"').send(body);

  it.each(['withdrawn', 'superseded'] as const)(
    'is refused where it was %s, unless a person says why, which the desk then sees',
    async (how) => {
      const noticeId = await ended(how);
      const despite = { standing: how, standingReason: ENDS[how].document.reason, reason: DESPITE };
      const seen = { noticeStanding: how, noticeStandingReason: ENDS[how].document.reason, despite };

      const { body: problem } = await open(noticeId).expect(409);
      expect(problem).toMatchObject({ code: 'notice-no-longer-stands' });
      expect(problem.detail).toContain(ENDS[how].document.reason);
      await open(noticeId, { despite: ' ' }).expect(400);
      const { body: period } = await open(noticeId, { despite: DESPITE }).expect(201);
      const { body: view } = await desk.get(`/v1/reflection-periods/${period.id}`).expect(200);
      expect(view).toMatchObject(seen);

      expect((await lodge({ noticeId }).expect(409)).body).toMatchObject({ code: 'notice-no-longer-stands' });
      const { body: permit } = await lodge({ noticeId, despite: DESPITE }).expect(201);
      expect((await desk.get(`/v1/permits/${permit.id}`).expect(200)).body).toMatchObject(seen);

      expect((await prepare(noticeId).expect(409)).body).toMatchObject({ code: 'notice-no-longer-stands' });
      const { body: extract } = await prepare(noticeId, { despite: DESPITE }).expect(200);
      expect(extract).toMatchObject(seen);
      const { text } = await desk.get(`/v1/agdref-extracts/${extract.id}/content`).buffer(true).expect(200);
      expect(JSON.parse(text).fields).toMatchObject({
        etat_notice: how,
        motif_etat_notice: ENDS[how].document.reason,
      });
      await handOver(extract.id).expect(200);
    },
  );

  it('shows what rested on it before, and an extract of it is handed over only with a reason', async () => {
    const { reference, id: noticeId } = await receive();
    const { body: period } = await open(noticeId).expect(201);
    const { body: extract } = await prepare(noticeId).expect(200);
    expect(extract).toMatchObject({ noticeStanding: 'current', despite: null });
    const bytes = async () =>
      (await desk.get(`/v1/agdref-extracts/${extract.id}/content`).buffer(true).expect(200)).text;
    const before = await bytes();
    await end(reference, 'withdrawn');

    const { body: view } = await desk.get(`/v1/reflection-periods/${period.id}`).expect(200);
    expect(view).toMatchObject({ noticeStanding: 'withdrawn', despite: null });
    const { body: list } = await desk.get('/v1/agdref-extracts').query({ limit: 200 }).expect(200);
    expect(list.items).toContainEqual(
      expect.objectContaining({ id: extract.id, noticeStanding: 'withdrawn', state: 'prepared' }),
    );
    expect(await bytes()).toBe(before);
    expect((await handOver(extract.id).expect(409)).body).toMatchObject({ code: 'notice-no-longer-stands' });
    expect((await handOver(extract.id, { despite: DESPITE }).expect(200)).body).toMatchObject({
      state: 'handed-over',
      despite: { standing: 'withdrawn', reason: DESPITE },
    });
    const { body: anew } = await prepare(noticeId, { despite: DESPITE }).expect(200);
    expect(anew.id).not.toBe(extract.id);
  });

  it('finds nothing left of a notice that was recalled; a renewal that rested on it needs a reason', async () => {
    const { reference, id: noticeId } = await receive();
    const { body: permit } = await lodge({ noticeId }).expect(201);
    await desk
      .post(`/v1/permits/${permit.id}/grant`)
      .set('Idempotency-Key', randomUUID())
      .set('If-Match', '"1"')
      .send({})
      .expect(200);
    const { body: extract } = await prepare(noticeId).expect(200);
    await end(reference, 'recalled');
    await desk.get(`/v1/agdref-extracts/${extract.id}/content`).expect(410);
    const kept = await prefecture.database.owner.query<object[]>(
      'SELECT json, csv FROM prefecture.agdref_extract WHERE id = $1',
      [extract.id],
    );
    expect(kept).toEqual([{ json: '', csv: '' }]);
    for (const response of [open(noticeId), lodge({ noticeId }), prepare(noticeId, { despite: DESPITE })]) {
      expect((await response.expect(410)).body).toMatchObject({ code: 'notice-voided' });
    }
    const renewal = { renewalOf: permit.id };
    expect((await lodge(renewal).expect(409)).body).toMatchObject({ code: 'notice-no-longer-stands' });
    await lodge({ ...renewal, despite: DESPITE }).expect(201);
  });
});
