import { AfterSharingSweep } from '@liaison/casework';
import {
  OPINION_REQUESTED,
  REFLECTION_PERIOD_BREACHED,
  SHARE_PURGED,
  SHARE_REVOKED,
  type SharePurgedV1,
} from '@liaison/contracts';
import type { Agency } from '@liaison/kernel';
import {
  type AgencyWorld,
  anEnvelope,
  eventually,
  publishUnchecked,
  startAgencyWorld,
  startPeer,
  type TestPeer,
  type TestService,
} from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import type { Agent } from 'supertest';
import type { BreachItem } from './breach/breach.dto';
import { about, Notices, receivedAbout } from './notice/notices.test';
import type { OpinionItem } from './opinion-request/opinion-request.dto';
import { POLICE } from './service';

describe('what préfectures shared with an investigating service, after sharing', () => {
  let world: AgencyWorld;
  let prefecture: TestPeer;
  let police: TestService;
  let notices: Notices;
  let officer: Agent;
  let supervisor: Agent;

  beforeAll(async () => {
    world = await startAgencyWorld();
    prefecture = await startPeer(world, 'prefecture-75');
    police = await world.start({ ...POLICE, agencyId: 'police-75' });
    notices = await Notices.of(police);
    officer = await police.as({ unit: 'brp', roles: ['officer'] });
    supervisor = await police.as({ unit: 'brp', roles: ['supervisor'] });
  });
  afterAll(() => world.stop());

  const query = <Row extends object>(sql: string, ...parameters: unknown[]) =>
    police.database.owner.query<Row[]>(sql, parameters);
  const items = async <Item>(as: Agent, path: string) =>
    ((await as.get(path).query({ limit: 200 }).expect(200)).body as { items: Item[] }).items;
  const aRequest = (familyName: string) => ({
    request: randomUUID(),
    subject: 'permit-application',
    ground: 'exceptional',
    question: 'She was held in a flat: do you know of it?',
    dueOn: '2090-12-04',
    departement: '75',
    requestedAt: new Date().toISOString(),
    applicant: { familyName },
  });
  const opinion = (request: string, as = officer) =>
    eventually(async () => {
      const found = (await items<OpinionItem>(as, '/v1/opinion-requests')).find((o) => o.request === request);
      if (!found) throw new Error('it has not arrived');
      return found;
    });
  /** A question that has arrived, with the id of its event. */
  const asked = async (familyName: string) => {
    const document = aRequest(familyName);
    const facts = { departement: '75', askedForOpinion: ['police-75'] };
    const sent = { type: OPINION_REQUESTED, document, facts, unit: 'brp' };
    const reference = await prefecture.send('police-75', sent);
    const { id } = await opinion(document.request);
    const [row] = await query<{ event_id: string }>(
      'SELECT event_id FROM police.opinion_request WHERE id = $1',
      id,
    );
    return { id, reference, request: document.request, event: row?.event_id ?? '' };
  };
  const aBreach = () => ({
    breach: randomUUID(),
    revision: 1,
    measure: 'removal-ordered',
    takenOn: '2026-11-16',
    periodFrom: '2026-11-10',
    periodUntil: '2026-12-10',
    article: 'CESEDA R425-2',
    departement: '75',
    reportedAt: '2026-11-18T10:15:01.998Z',
  });
  const breaches = async (as: Agent, breach: string) =>
    (await items<BreachItem>(as, '/v1/breaches')).filter((each) => each.breach === breach);
  /** A breach that has been reported on one of the unit's notices. */
  const reported = async (familyName: string) => {
    const { body } = await notices.issueNow({ content: about(familyName) }).expect(202);
    const received = await receivedAbout(familyName, prefecture);
    const document = aBreach();
    await prefecture.answer(received, { type: REFLECTION_PERIOD_BREACHED, document });
    await eventually(async () => expect(await breaches(officer, document.breach)).toHaveLength(1));
    const [row] = await query<{ event_id: string }>(
      'SELECT event_id FROM police.breach WHERE breach_id = $1',
      document.breach,
    );
    return { id: String(body.id), received, document, event: row?.event_id ?? '' };
  };
  const revocation = (effect: string, events: readonly string[], fields?: readonly string[]) => ({
    type: SHARE_REVOKED,
    document: {
      revokedAt: new Date().toISOString(),
      effect,
      events: [...events],
      ...(fields && { fields }),
    },
    purpose: 'after-sharing',
  });
  const answers = (reference: string) =>
    eventually(() => {
      const found = prefecture.received.filter(
        ({ envelope }) => envelope.type === SHARE_PURGED && envelope.subject === reference,
      );
      expect(found).not.toHaveLength(0);
      return found.map(({ data }) => data as SharePurgedV1);
    });
  const refuse = (id: string, as = officer) =>
    as
      .post(`/v1/opinion-requests/${id}/refuse`)
      .set('Idempotency-Key', randomUUID())
      .set('If-Match', '*')
      .send({ reason: 'no-elements' });

  it('restrict: a question and its applicant are read by supervisors only, and its sender hears nothing', async () => {
    const { id, reference, request, event } = await asked('Restreint');
    await officer.get(`/v1/opinion-requests/${id}`).expect(200);
    await prefecture.sayMore('police-75', reference, revocation('restrict', [event]));
    await eventually(async () => expect((await officer.get(`/v1/opinion-requests/${id}`)).status).toBe(404));
    const { body } = await supervisor.get(`/v1/opinion-requests/${id}`).expect(200);
    expect(body.content.applicant).toEqual({ familyName: 'Restreint' });
    expect((await opinion(request)).restrictedSince).not.toBeNull();
    expect(prefecture.received.filter(({ envelope }) => envelope.type === SHARE_PURGED)).toEqual([]);
    const [record] = await query<{ kind: string }>(
      `SELECT kind FROM messaging.audit_record WHERE reference = $1 AND kind IN ('purge', 'restriction')`,
      reference,
    );
    expect(record).toEqual({ kind: 'restriction' });
  });

  it('purge: a question that waits for an answer is gone, nobody answers it, and its sender is told', async () => {
    const { id, reference, request, event } = await asked('Efface');
    await prefecture.sayMore('police-75', reference, revocation('purge', [event]));
    expect(await answers(reference)).toMatchObject([{ reason: 'revoked', purged: [event], kept: [] }]);
    expect(await opinion(request)).toMatchObject({ state: 'taken-back', purgeReason: 'revoked' });
    expect(await query('SELECT content, withheld FROM police.opinion_request WHERE id = $1', id)).toEqual([
      { content: {}, withheld: [] },
    ]);
    expect((await supervisor.get(`/v1/opinion-requests/${id}`)).text).not.toContain('Efface');
    expect((await refuse(id)).body).toMatchObject({ status: 409, code: 'opinion-withdrawn' });
  });

  it('purge: what the unit answered itself stays answered', async () => {
    const { id, reference, request, event } = await asked('Repondu');
    await refuse(id).expect(202);
    await prefecture.sayMore('police-75', reference, revocation('purge', [event]));
    await answers(reference);
    expect(await opinion(request)).toMatchObject({
      state: 'refused',
      reason: 'no-elements',
      purgeReason: 'revoked',
    });
    expect((await supervisor.get(`/v1/opinion-requests/${id}`)).text).not.toContain('Repondu');
  });

  it('a breach is restricted to supervisors in every list, then purged; a newer report says it anew', async () => {
    const { id, received, document, event } = await reported('Mesure');
    await prefecture.answer(received, revocation('restrict', [event]));
    await eventually(async () => expect(await breaches(officer, document.breach)).toEqual([]));
    expect(await breaches(supervisor, document.breach)).toMatchObject([{ measure: 'removal-ordered' }]);
    const kinds = async (as: Agent) =>
      (await items<{ kind: string }>(as, `/v1/cases/${id}/timeline`)).map(({ kind }) => kind);
    expect(await kinds(officer)).not.toContain('breach-reported');
    expect(await kinds(supervisor)).toEqual(expect.arrayContaining(['breach-reported', 'breach-restricted']));

    await prefecture.answer(received, revocation('purge', [event]));
    await answers(received.envelope.subject);
    const [gone] = await breaches(supervisor, document.breach);
    expect(gone).toMatchObject({ measure: null, takenOn: null, periodUntil: null, purgeReason: 'revoked' });
    const noted = await supervisor
      .post(`/v1/breaches/prefecture-75/${document.breach}/acknowledge`)
      .set('Idempotency-Key', randomUUID());
    expect(noted.body).toMatchObject({ status: 410, code: 'breach-purged' });

    await prefecture.answer(received, {
      type: REFLECTION_PERIOD_BREACHED,
      document: { ...document, revision: 2 },
    });
    await eventually(async () =>
      expect(await breaches(officer, document.breach)).toMatchObject([
        { measure: 'removal-ordered', takenOn: '2026-11-16', purgedAt: null, restrictedSince: null },
      ]),
    );
  });

  it('some fields of a question: shown to fewer, then gone; the rest is read and answered as before', async () => {
    const { id, reference, event } = await asked('Partielle');
    const read = async (as: Agent) => (await as.get(`/v1/opinion-requests/${id}`).expect(200)).body;
    await prefecture.sayMore(
      'police-75',
      reference,
      revocation('restrict', [event], ['applicant.familyName']),
    );
    await eventually(async () => expect(JSON.stringify(await read(officer))).not.toContain('Partielle'));
    expect(await read(officer)).toMatchObject({
      content: { question: 'She was held in a flat: do you know of it?' },
      withheld: expect.arrayContaining(['applicant.familyName']),
      restrictedSince: null,
    });
    expect((await read(supervisor)).content.applicant).toEqual({ familyName: 'Partielle' });
    await prefecture.sayMore('police-75', reference, revocation('purge', [event], ['applicant.familyName']));
    expect(await answers(reference)).toMatchObject([
      { purged: [event], kept: [], fields: ['applicant.familyName'] },
    ]);
    expect(JSON.stringify(await read(supervisor))).not.toContain('Partielle');
    const [row] = await query<{ row: string }>(
      'SELECT t::text AS row FROM police.opinion_request t WHERE id = $1',
      id,
    );
    expect(row?.row).not.toContain('Partielle');
    expect((await refuse(id)).status).toBe(202);
  });

  it('some fields of a breach: shown to fewer in lists, timeline and export, then gone; no remedy is asked that nobody knows of', async () => {
    const { id, received, document, event } = await reported('Mesure-partielle');
    const kinds = async (as: Agent) =>
      (await items<{ kind: string }>(as, `/v1/cases/${id}/timeline`)).map(({ kind }) => kind);
    const exported = async (as: Agent) =>
      JSON.stringify((await as.get(`/v1/cases/${id}/export`).expect(200)).body);
    expect(await kinds(officer)).toContain('breach-reported');
    await prefecture.answer(received, revocation('restrict', [event], ['takenOn', 'remediedOn']));
    await eventually(async () =>
      expect(await breaches(officer, document.breach)).toMatchObject([
        { measure: 'removal-ordered', takenOn: null, restrictedSince: null },
      ]),
    );
    expect(await breaches(supervisor, document.breach)).toMatchObject([{ takenOn: '2026-11-16' }]);
    const open = async (as: Agent) =>
      (
        (await as.get('/v1/breaches').query({ remedied: false, limit: 200 }).expect(200)).body as {
          items: BreachItem[];
        }
      ).items.map(({ breach }) => breach);
    expect(await open(officer)).not.toContain(document.breach);
    expect(await open(supervisor)).toContain(document.breach);
    expect(await kinds(officer)).not.toContain('breach-reported');
    expect(await kinds(supervisor)).toEqual(
      expect.arrayContaining(['breach-reported', 'breach-fields-restricted']),
    );
    expect(await exported(officer)).not.toContain('2026-11-16');
    expect(await exported(supervisor)).toContain('2026-11-16');

    await prefecture.answer(received, revocation('purge', [event], ['takenOn', 'remediedOn']));
    await answers(received.envelope.subject);
    expect(await breaches(supervisor, document.breach)).toMatchObject([
      { measure: 'removal-ordered', takenOn: null, purgedAt: null },
    ]);
    const { body } = await supervisor.get('/v1/desk').query({ kind: 'breach', limit: 200 }).expect(200);
    expect(JSON.stringify(body)).not.toContain(document.breach);
  });

  it('a purge that comes before what it speaks of: nothing of it is ever shown', async () => {
    const recipient = world.directory.findAgency('police-75') as Agency;
    const common = {
      recipient: 'police-75',
      subject: randomUUID(),
      decision: '3'.repeat(64),
      audit: 'a'.repeat(64),
      recipientunit: 'brp',
    };
    const data = aRequest('Avant');
    const question = anEnvelope('prefecture-75', {
      ...common,
      type: OPINION_REQUESTED,
      sequence: 1,
      recipientversion: 1,
      purpose: 'residence-of-victims',
      convention: 'opinion@1',
      data,
    });
    const revoked = anEnvelope('prefecture-75', {
      ...common,
      type: SHARE_REVOKED,
      sequence: 2,
      recipientversion: 2,
      purpose: 'after-sharing',
      data: revocation('purge', [question.id]).document,
    });
    await publishUnchecked(prefecture, recipient, [revoked]);
    expect(await answers(common.subject)).toMatchObject([{ revocation: revoked.id, purged: [question.id] }]);
    await publishUnchecked(prefecture, recipient, [question, revoked]);
    const { id } = await opinion(data.request);
    expect(await opinion(data.request)).toMatchObject({ state: 'taken-back', purgeReason: 'revoked' });
    expect((await supervisor.get(`/v1/opinion-requests/${id}`)).text).not.toContain('Avant');
    expect(await answers(common.subject)).toHaveLength(1);
  });

  it('what was kept as long as its convention allows is purged by itself, and its sender is told', async () => {
    const { id, reference, request, event } = await asked('Terme');
    const breach = await reported('Mesure-Terme');
    for (const table of ['opinion_request', 'breach']) {
      const [row] = await query<{ years: number }>(
        `SELECT extract(year FROM age(keep_until, received_at))::int AS years FROM police.${table}
          WHERE event_id = ANY ($1)`,
        [event, breach.event],
      );
      expect(row).toEqual({ years: 5 });
      await query(`UPDATE police.${table} SET keep_until = now() WHERE event_id = ANY ($1)`, [
        event,
        breach.event,
      ]);
    }
    await police.app.get(AfterSharingSweep).sweep();
    expect(await answers(reference)).toMatchObject([{ reason: 'term-ended', purged: [event], kept: [] }]);
    expect(await answers(breach.received.envelope.subject)).toMatchObject([
      { reason: 'term-ended', purged: [breach.event] },
    ]);
    expect(await opinion(request)).toMatchObject({ state: 'taken-back', purgeReason: 'term-ended' });
    expect((await supervisor.get(`/v1/opinion-requests/${id}`)).text).not.toContain('Terme');
  });
});
