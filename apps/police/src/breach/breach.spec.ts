import { CLOCK } from '@liaison/casework';
import {
  NOTICE_ACKNOWLEDGED,
  REFLECTION_PERIOD_BREACH_VOIDED,
  REFLECTION_PERIOD_BREACHED,
  type ReflectionPeriodBreachedV1,
} from '@liaison/contracts';
import type { Clock } from '@liaison/kernel';
import {
  type AgencyWorld,
  aNotice,
  eventually,
  feedCaughtUp,
  startAgencyWorld,
  startPeer,
  type TestPeer,
  type TestService,
} from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import type { Agent } from 'supertest';
import { POLICE } from '../service';

describe('a breach of a reflection period, at the investigating service', () => {
  let world: AgencyWorld;
  let police: TestService;
  let prefecture: TestPeer;
  let officer: Agent;

  beforeAll(async () => {
    world = await startAgencyWorld();
    prefecture = await startPeer(world, 'prefecture-75');
    police = await world.start({ ...POLICE, agencyId: 'police-75' });
    officer = await police.as({ unit: 'brp', roles: ['officer'] });
  });
  afterAll(() => world.stop());
  afterEach(() => jest.restoreAllMocks());

  const aBreach = (overrides: Partial<ReflectionPeriodBreachedV1> = {}): ReflectionPeriodBreachedV1 => ({
    breach: randomUUID(),
    revision: 1,
    measure: 'removal-ordered',
    takenOn: '2026-11-16',
    periodFrom: '2026-11-10',
    periodUntil: '2026-12-10',
    article: 'CESEDA R425-2',
    departement: '75',
    reportedAt: '2026-11-18T10:15:01.998Z',
    ...overrides,
  });

  /** A notice that has reached the préfecture. */
  async function issued() {
    const before = prefecture.received.length;
    const { body } = await officer
      .post('/v1/notices')
      .set('Idempotency-Key', randomUUID())
      .send({ content: aNotice(), state: 'issued' })
      .expect(202);
    const arrived = await eventually(() => {
      const found = prefecture.received
        .slice(before)
        .find(({ envelope }) => envelope.type.includes('notice.issued'));
      if (!found) throw new Error('it has not arrived');
      return found;
    });
    return { noticeId: String(body.id), arrived };
  }

  const breaches = async (as: Agent, query: object = {}) =>
    (
      await as
        .get('/v1/breaches')
        .query({ limit: 200, ...query })
        .expect(200)
    ).body.items as {
      noticeId: string;
      breach: string;
      remediedOn: string | null;
      receivedAt: string;
      escalatedTo: string | null;
      voidedAt: string | null;
      voidReason: string | null;
    }[];
  const tell = (arrived: Parameters<TestPeer['answer']>[0], document: ReflectionPeriodBreachedV1) =>
    prefecture.answer(arrived, { type: REFLECTION_PERIOD_BREACHED, document });

  it('reaches the unit that signalled the person, and its end too; no other unit', async () => {
    const { noticeId, arrived } = await issued();
    const breach = aBreach();
    await tell(arrived, breach);
    const [item] = await eventually(async () => {
      const found = (await breaches(officer)).filter((each) => each.breach === breach.breach);
      expect(found).toHaveLength(1);
      return found;
    });
    expect(item).toEqual({
      noticeId,
      breach: breach.breach,
      agency: 'prefecture-75',
      measure: 'removal-ordered',
      takenOn: '2026-11-16',
      periodFrom: '2026-11-10',
      periodUntil: '2026-12-10',
      article: 'CESEDA R425-2',
      departement: '75',
      remediedOn: null,
      receivedAt: expect.any(String),
      unit: 'brp',
      acknowledgeBy: new Date(Date.parse(item?.receivedAt ?? '') + 86_400_000).toISOString(),
      acknowledgedAt: null,
      escalatedTo: null,
      voidedAt: null,
      voidReason: null,
      restrictedSince: null,
      purgedAt: null,
      purgeReason: null,
    });
    expect(await breaches(await police.as({ unit: 'bpm', roles: ['officer'] }))).toEqual([]);
    await tell(arrived, { ...breach, revision: 2, remediedOn: '2026-11-19' });
    await eventually(async () => {
      const found = (await breaches(officer, { remedied: true })).map((each) => each.breach);
      expect(found).toContain(breach.breach);
    });
    expect((await breaches(officer, { remedied: false })).map((each) => each.breach)).not.toContain(
      breach.breach,
    );
  });

  it('keeps the newest revision, whichever comes first', async () => {
    const { arrived } = await issued();
    const [breach, mark] = [aBreach({ revision: 2, remediedOn: '2026-11-19' }), aBreach()];
    await tell(arrived, breach);
    await tell(arrived, { ...aBreach(), breach: breach.breach });
    await tell(arrived, mark);
    await eventually(async () =>
      expect((await breaches(officer)).map((each) => each.breach)).toContain(mark.breach),
    );
    const found = (await breaches(officer)).filter((each) => each.breach === breach.breach);
    expect(found).toEqual([expect.objectContaining({ remediedOn: '2026-11-19' })]);
  });

  const acknowledge = (breach: string, as: Agent) =>
    as.post(`/v1/breaches/prefecture-75/${breach}/acknowledge`).set('Idempotency-Key', randomUUID()).send();

  it('goes to the contact point, counted, when nobody takes note within the delay, and no longer once somebody has', async () => {
    const { arrived } = await issued();
    const breach = aBreach();
    await tell(arrived, breach);
    const own = async (as: Agent, query: object = {}) =>
      (await breaches(as, query)).find((each) => each.breach === breach.breach);
    const item = await eventually(async () => (await own(officer)) ?? false);
    const years = { expiresInSeconds: 315_360_000 };
    const later = await police.as({ unit: 'brp', roles: ['caseworker'] }, years);
    const contactPoint = await police.as({ unit: 'delai-reflexion', roles: ['officer'] }, years);
    const stranger = await police.as({ unit: 'referent', roles: ['officer'] }, years);
    expect(await own(contactPoint)).toBeUndefined();
    await acknowledge(breach.breach, contactPoint).expect(404);

    const due = Date.parse(item.receivedAt) + 86_400_000;
    const clock = police.app.get<Clock>(CLOCK);
    jest.spyOn(clock, 'now').mockReturnValue(new Date(due - 1));
    expect(await own(later, { escalated: true })).toBeUndefined();
    jest.spyOn(clock, 'now').mockReturnValue(new Date(due));
    expect(await own(later, { escalated: true })).toMatchObject({ escalatedTo: 'delai-reflexion' });
    const seen = await own(contactPoint);
    expect(seen).toMatchObject({ unit: 'brp', measure: 'removal-ordered' });
    await contactPoint.get(`/v1/notices/${String((seen as { noticeId?: string }).noticeId)}`).expect(404);
    expect(await own(stranger)).toBeUndefined();
    const metrics = async () => (await police.anonymous().get('/metrics').expect(200)).text;
    expect(await metrics()).toMatch(/liaison_breaches_escalated\{peer="prefecture-75"\} [1-9]/);

    await acknowledge(breach.breach, stranger).expect(404);
    const { body } = await acknowledge(breach.breach, contactPoint).expect(200);
    expect(body).toMatchObject({ breach: breach.breach, acknowledgedAt: new Date(due).toISOString() });
    expect(await own(later, { escalated: true })).toBeUndefined();
    expect((await acknowledge(breach.breach, later).expect(409)).body).toMatchObject({
      code: 'breach-acknowledged',
    });
  });

  it('is undone where it was reported by mistake, also when that comes first', async () => {
    const { arrived } = await issued();
    const void_ = (breach: string) =>
      prefecture.answer(arrived, {
        type: REFLECTION_PERIOD_BREACH_VOIDED,
        document: { breach, revision: 2, reason: 'entered-by-mistake', voidedAt: '2026-11-18T11:20:40.015Z' },
      });
    const [late, early] = [aBreach(), aBreach()];
    await tell(arrived, late);
    await void_(late.breach);
    await void_(early.breach);
    await tell(arrived, early);
    const mark = aBreach();
    await tell(arrived, mark);
    await eventually(async () =>
      expect((await breaches(officer)).map((each) => each.breach)).toContain(mark.breach),
    );
    for (const { breach } of [late, early]) {
      const found = (await breaches(officer)).find((each) => each.breach === breach);
      expect(found).toMatchObject({
        voidedAt: '2026-11-18T11:20:40.015Z',
        voidReason: 'entered-by-mistake',
        escalatedTo: null,
      });
      expect((await acknowledge(breach, officer).expect(409)).body).toMatchObject({ code: 'breach-voided' });
    }
    await feedCaughtUp(police.database);
    const { body: feed } = await officer.get('/v1/changes').query({ limit: 1000 }).expect(200);
    const kindsOf = (breach: string) =>
      (feed.items as { id: string; kind: string }[])
        .filter(({ id }) => id === breach)
        .map(({ kind }) => kind);
    expect(kindsOf(late.breach)).toEqual(['reported', 'voided']);
    expect(kindsOf(early.breach)).toEqual(['voided']);
  });

  it('does not wait behind an event of the case that is parked', async () => {
    const { arrived } = await issued();
    const breach = aBreach();
    // It acknowledges what was never sent.
    const unexpected = { acknowledgedAt: new Date().toISOString(), role: 'desk', recipientVersion: 99 };
    await prefecture.answer(arrived, { type: NOTICE_ACKNOWLEDGED, document: unexpected });
    await tell(arrived, breach);
    await eventually(async () =>
      expect((await breaches(officer)).map((each) => each.breach)).toContain(breach.breach),
    );
  });

  it('is parked where the sender reports on a case of which it has no notice', async () => {
    const reference = await prefecture.send('police-75', {
      type: REFLECTION_PERIOD_BREACHED,
      document: aBreach(),
    });
    await eventually(async () => {
      const [row] = await police.database.owner.query<{ state: string; reason: string }[]>(
        'SELECT state, reason FROM messaging.inbox WHERE reference = $1',
        [reference],
      );
      expect(row).toMatchObject({ state: 'parked', reason: 'notice-unknown' });
    });
  });

  it.each(['cursor=x', 'limit=0', 'remedied=perhaps', 'escalated=1', 'unit=bpm'])(
    'answers 400 to a list with %s',
    async (query) => {
      await officer.get(`/v1/breaches?${query}`).expect(400);
    },
  );
});
