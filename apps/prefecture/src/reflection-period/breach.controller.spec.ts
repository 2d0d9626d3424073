import { REFLECTION_PERIOD_BREACH_VOIDED, REFLECTION_PERIOD_BREACHED } from '@liaison/contracts';
import { eventually } from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import { addDays } from '../law/days';
import { type Register, startRegister } from './register.test';

describe('a breach of a reflection period', () => {
  let register: Register;
  beforeAll(async () => {
    register = await startRegister();
  });
  afterAll(() => register.world.stop());

  it('tells the sender of the notice at once of a breach, and of its end', async () => {
    const { police, desk, caseworker, today, receive, post, list } = register;
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
    const { police, desk, caseworker, receive, post, list } = register;
    const { id: noticeId, reference } = await receive();
    const handedOverOn = '2012-02-01';
    const { body: period } = await post('', { noticeId, language: 'fr', handedOverOn }).expect(201);
    const breach = { measure: 'detention', takenOn: '2012-02-03' };
    const { body: told } = await post(`/${period.id}/breaches`, breach).expect(202);
    const waiting = async () =>
      (
        (await desk.get('/v1/desk').query({ kind: 'breach', limit: 200 }).expect(200)).body.items as {
          id: string;
        }[]
      ).map(({ id }) => id);
    expect(await waiting()).toContain(told.breach);
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
    expect(await waiting()).not.toContain(told.breach);
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
    const { police, prefecture, post, open } = register;
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
});
