import { AfterSharingSweep, CLOCK } from '@liaison/casework';
import { BREAK_GLASS_OPENED, type BreakGlassOpenedV1 } from '@liaison/contracts';
import type { Clock } from '@liaison/kernel';
import { eventually } from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import type { Agent } from 'supertest';
import { type ArrivedNotice, type DeskWorld, startDeskWorld } from './desk-world.test';

const HOUR_MS = 3_600_000;
const REASON = 'She called from an unknown place and says that they are at the door.';
const WORDS = 'The call stands in the register of the desk of that night.';
const ASSESSMENT = 'Precise, constant, and matched by two other accounts.';

describe('break-glass', () => {
  let desk: DeskWorld;
  let caseworker: Agent;
  let supervisor: Agent;

  beforeAll(async () => {
    desk = await startDeskWorld();
    const long = { expiresInSeconds: 90 * 86_400 };
    caseworker = await desk.prefecture.as({ unit: 'desk', roles: ['caseworker'], subject: 'cecile' }, long);
    supervisor = await desk.prefecture.as({ unit: 'desk', roles: ['supervisor'], subject: 'simon' }, long);
  });
  afterAll(() => desk.world.stop());
  afterEach(() => jest.restoreAllMocks());

  const after = (hours: number): void => {
    const at = new Date(Date.now() + hours * HOUR_MS);
    jest.spyOn(desk.prefecture.app.get<Clock>(CLOCK), 'now').mockReturnValue(at);
  };
  const open = (caseId: string, as = caseworker, body: object = {}) =>
    as
      .post(`/v1/cases/${caseId}/break-glass`)
      .set('Idempotency-Key', randomUUID())
      .send({ ground: 'danger-to-life', reason: REASON, hours: 2, ...body });
  const act = (as: Agent, id: string, verb: string, body: object = {}, etag = '"1"') =>
    as
      .post(`/v1/break-glass/${id}/${verb}`)
      .set('Idempotency-Key', randomUUID())
      .set('If-Match', etag)
      .send(body);
  const review = (as: Agent, id: string, verdict = 'approved', etag = '"1"') =>
    act(as, id, 'review', { verdict, words: WORDS }, etag);
  const assessmentFor = async (as: Agent, { id }: ArrivedNotice): Promise<unknown> => {
    const { body } = await as.get(`/v1/notices/${id}`).expect(200);
    return body.content.assessment?.realityOfFacts;
  };
  const records = (reference: string) =>
    desk.prefecture.database.owner.query<{ record: Record<string, unknown> }[]>(
      'SELECT record FROM messaging.audit_record WHERE reference = $1 ORDER BY at',
      [reference],
    );

  it('opens one case to one person for some hours: recorded first, told to its origin, counted', async () => {
    const [notice, another] = [await desk.receive(), await desk.receive()];
    expect(await assessmentFor(caseworker, notice)).toBeUndefined();
    const { body: opening } = await open(notice.caseId).expect(201);
    expect(opening).toMatchObject({ caseId: notice.caseId, mine: true, open: true, recipient: 'police-75' });
    expect(Date.parse(opening.until) - Date.parse(opening.openedAt)).toBe(2 * HOUR_MS);
    const { body: read } = await caseworker.get(`/v1/notices/${notice.id}`).expect(200);
    expect(read.content.assessment.realityOfFacts).toBe(ASSESSMENT);
    expect(read.openUntil).toBe(opening.until);
    const { body: page } = await caseworker.get('/v1/notices/contents').expect(200);
    expect(page.items).toContainEqual(read);
    // What never came stays withheld, whatever is opened.
    expect(read.withheld).toEqual(expect.arrayContaining(['address.line', 'vulnerability.health']));

    // Neither another case, nor another person.
    expect(await assessmentFor(caseworker, another)).toBeUndefined();
    const items = page.items as readonly (ArrivedNotice & { readonly content: object })[];
    const content = items.find(({ id }) => id === another.id)?.content;
    expect(content).not.toHaveProperty('assessment');
    expect(await assessmentFor(desk.caseworker, notice)).toBeUndefined();

    const told = await records(notice.reference);
    const kinds = told.map(({ record: { kind, reason } }) => [kind, reason]);
    expect(kinds).toContainEqual(['read', 'break-glass']);
    const at = (kind: string, reason: string) => kinds.findIndex(([k, r]) => k === kind && r === reason);
    expect(at('break-glass-opened', 'danger-to-life')).toBeLessThan(at('read', 'break-glass'));
    const recorded = told.find(({ record }) => record['kind'] === 'break-glass-opened')?.record;
    expect(recorded).toMatchObject({ eventId: opening.id, counterpart: 'police-75' });
    expect(JSON.stringify(recorded)).not.toContain('at the door');

    const event = await eventually(() => {
      const found = desk.police.received.find(({ envelope }) => envelope.type === BREAK_GLASS_OPENED);
      if (!found) throw new Error('nobody was told');
      return found.data as BreakGlassOpenedV1;
    });
    expect(event).toMatchObject({ opening: opening.id, ground: 'danger-to-life', until: opening.until });
    expect(event.fields).toContain('assessment.realityOfFacts');
    expect(JSON.stringify(event)).not.toContain('at the door');

    const { text } = await desk.prefecture.anonymous().get('/metrics').expect(200);
    expect(text).toMatch(/liaison_break_glass\{[^}]*state="open"[^}]*\} 1/);
  });

  it('opened twice at once, it is open once: one to review, one told', async () => {
    const notice = await desk.receive();
    const { owner, serve } = desk.prefecture.database;
    const both = await owner.transaction(async (holder) => {
      // Neither is stored before the other has looked.
      await holder.query('LOCK desk.break_glass IN EXCLUSIVE MODE');
      const asked = [open(notice.caseId), open(notice.caseId)].map(async (answer) => (await answer).status);
      await eventually(async () => {
        const waiting = await serve.query<object[]>(
          `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
              AND query ~ 'break_glass|advisory'`,
        );
        expect(waiting).toHaveLength(2);
      });
      return asked;
    });
    expect((await Promise.all(both)).sort()).toEqual([201, 409]);
    const list = await supervisor.get('/v1/break-glass').query({ unreviewed: true, limit: 200 }).expect(200);
    const { items } = list.body as { items: { caseId: string }[] };
    expect(items.filter(({ caseId }) => caseId === notice.caseId)).toHaveLength(1);
  });

  it('ends by itself, or early', async () => {
    const notice = await desk.receive();
    const { body: opening } = await open(notice.caseId).expect(201);
    await act(desk.caseworker, opening.id, 'end').expect(403);
    await act(caseworker, opening.id, 'end', {}, '"9"').expect(412);
    const { body: ended } = await act(caseworker, opening.id, 'end').expect(200);
    expect(ended).toMatchObject({ open: false, version: 2 });
    expect(await assessmentFor(caseworker, notice)).toBeUndefined();
    await act(caseworker, opening.id, 'end', {}, '"2"').expect(409);

    await open(notice.caseId).expect(201);
    expect(await assessmentFor(caseworker, notice)).toBe(ASSESSMENT);
    after(2.01);
    expect(await assessmentFor(caseworker, notice)).toBeUndefined();
  });

  it('is reviewed by a second person, whose objection ends it', async () => {
    const notice = await desk.receive();
    const both = await desk.prefecture.as({
      unit: 'desk',
      roles: ['caseworker', 'desk', 'supervisor'],
      subject: 'both',
    });
    const { body: opening } = await open(notice.caseId).expect(201);
    await review(caseworker, opening.id).expect(403);
    const { body: waiting } = await supervisor.get('/v1/break-glass').query({ unreviewed: true }).expect(200);
    expect(waiting.items).toContainEqual(expect.objectContaining({ id: opening.id, overdue: false }));
    expect(JSON.stringify(waiting)).not.toContain('at the door');
    const { body: whole } = await supervisor.get(`/v1/break-glass/${opening.id}`).expect(200);
    expect(whole).toMatchObject({ reason: REASON, words: null });
    await act(both, opening.id, 'review', { verdict: 'approved', words: 'fine' }).expect(400);
    const { body: reviewed } = await review(supervisor, opening.id, 'objected').expect(200);
    expect(reviewed).toMatchObject({ verdict: 'objected', open: false, version: 2 });
    expect(await assessmentFor(caseworker, notice)).toBeUndefined();
    await review(both, opening.id, 'approved', '"2"').expect(409);
    const kinds = (await records(notice.reference)).map(({ record }) => [record['kind'], record['reason']]);
    expect(kinds).toContainEqual(['break-glass-reviewed', 'objected']);
  });

  it('is never reviewed by whoever opened it', async () => {
    const notice = await desk.receive();
    // Opened as a caseworker, reviewed by the same person with another role.
    const { body: opening } = await open(notice.caseId).expect(201);
    const promoted = await desk.prefecture.as({ unit: 'desk', roles: ['supervisor'], subject: 'cecile' });
    const { body } = await review(promoted, opening.id).expect(403);
    expect(body.code).toBe('review-own');
  });

  it('shows on the desk until it is reviewed, and says when that is overdue', async () => {
    const notice = await desk.receive();
    const { body: opening } = await open(notice.caseId).expect(201);
    after(73);
    const { body } = await supervisor
      .get('/v1/desk')
      .query({ kind: 'break-glass-review', section: 'overdue', limit: 200 })
      .expect(200);
    expect(body.items).toContainEqual(expect.objectContaining({ id: opening.id, overdue: true }));
    const { text } = await desk.prefecture.anonymous().get('/metrics').expect(200);
    expect(text).toMatch(/liaison_break_glass\{[^}]*state="overdue"[^}]*\} [1-9]/);
    const { body: timeline } = await supervisor.get(`/v1/cases/${notice.caseId}/timeline`).expect(200);
    expect(JSON.stringify(timeline)).toContain('break-glass-opened');
    expect(JSON.stringify(timeline)).not.toContain('at the door');
    await review(supervisor, opening.id).expect(200);
    const { body: later } = await supervisor
      .get('/v1/desk')
      .query({ kind: 'break-glass-review', limit: 200 })
      .expect(200);
    expect(later.items).not.toContainEqual(expect.objectContaining({ id: opening.id }));
  });

  it('is kept three years after its review, and never forgotten before it', async () => {
    const [reviewed, unreviewed] = [
      (await open((await desk.receive()).caseId).expect(201)).body.id as string,
      (await open((await desk.receive()).caseId).expect(201)).body.id as string,
    ];
    await review(supervisor, reviewed).expect(200);
    const kept = async () => {
      const rows = await desk.prefecture.database.owner.query<{ id: string }[]>(
        'SELECT id FROM desk.break_glass',
      );
      return rows.map(({ id }) => id).filter((id) => [reviewed, unreviewed].includes(id));
    };
    const sweep = () => desk.prefecture.app.get(AfterSharingSweep).sweep();
    after(24 * 1_095);
    await sweep();
    expect((await kept()).sort()).toEqual([reviewed, unreviewed].sort());
    // However short a term its caller names.
    await desk.prefecture.database.ingest.query('SELECT desk.forget_break_glass(now(), 0, 100)');
    expect(await kept()).toHaveLength(2);
    after(24 * 1_097);
    await sweep();
    expect(await kept()).toEqual([unreviewed]);
  });

  it('refuses what it is not for', async () => {
    const notice = await desk.receive();
    const codeOf = async (answer: ReturnType<typeof open>) => {
      const { status, body } = await answer;
      return [status, body.code];
    };
    expect(await codeOf(open(notice.caseId, caseworker, { hours: 9 }))).toEqual([
      422,
      'break-glass-too-long',
    ]);
    expect(await codeOf(open(notice.caseId, caseworker, { reason: 'urgent' }))).toEqual([
      400,
      'invalid-request',
    ]);
    expect(await codeOf(open(notice.caseId, supervisor))).toEqual([403, 'role-missing']);
    // The desk reads already all that could be opened.
    expect(await codeOf(open(notice.caseId, desk.desk))).toEqual([409, 'nothing-to-open']);
    expect(await codeOf(open(randomUUID()))).toEqual([404, 'case-not-found']);
    const elsewhere = await desk.prefecture.as({ unit: 'archive', roles: ['caseworker'] });
    expect(await codeOf(open(notice.caseId, elsewhere))).toEqual([404, 'case-not-found']);
    await open(notice.caseId).expect(201);
    expect(await codeOf(open(notice.caseId))).toEqual([409, 'break-glass-open']);
  });
});
