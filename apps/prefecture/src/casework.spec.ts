import { type AgencyWorld, eventually, type TestPeer, type TestService } from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import type { Agent } from 'supertest';
import { type DeskWorld, startDeskWorld } from './desk-world.test';

const MARKER = 'Rendez-vous zyx-marqueur-47 chez le médecin';

describe('who has a case, and internal notes', () => {
  let world: AgencyWorld;
  let police: TestPeer;
  let prefecture: TestService;
  let receive: DeskWorld['receive'];
  let supervisor: Agent;

  beforeAll(async () => {
    ({ world, police, prefecture, receive } = await startDeskWorld());
    supervisor = await prefecture.as({ unit: 'desk', roles: ['supervisor'] });
  });
  afterAll(() => world.stop());

  /** A case of which a notice has arrived. */
  async function aCase(): Promise<{ readonly id: string; readonly reference: string }> {
    const { caseId: id, reference } = await receive();
    return { id, reference };
  }

  /** Somebody of the unit, whom their colleagues can find. */
  async function somebody(role = 'caseworker'): Promise<{ as: Agent; pseudonym: string }> {
    const as = await prefecture.as({ unit: 'desk', roles: [role], subject: randomUUID() });
    const { body } = await as.get('/v1/colleagues').expect(200);
    const { agent } = (body.items as { agent: string; you: boolean }[]).find(({ you }) => you) ?? {};
    return { as, pseudonym: agent ?? '' };
  }

  const change = (as: Agent, id: string, act: string, version: number, body: object = {}) =>
    as
      .post(`/v1/cases/${id}/assignment/${act}`)
      .set('Idempotency-Key', randomUUID())
      .set('If-Match', `"${version}"`)
      .send(body);
  const note = (as: Agent, id: string, body: object) =>
    as.post(`/v1/cases/${id}/notes`).set('Idempotency-Key', randomUUID()).send(body);

  it('says whom to turn to in another agency', async () => {
    const ask = (query: object) => supervisor.get('/v1/contact-points').query(query);
    const { body } = await ask({ kind: 'police', departement: '75', purpose: 'reflection-periods' }).expect(
      200,
    );
    expect(body.items).toEqual([
      {
        agency: 'police-75',
        agencyName: expect.any(String),
        kind: 'police',
        purpose: 'reflection-periods',
        id: 'delai-reflexion',
        name: expect.any(String),
      },
    ]);
    expect((await ask({}).expect(200)).body.items.length).toBeGreaterThan(3);
    expect((await ask({ departement: '999999' }).expect(400)).body.code).toBe('invalid-request');
  });

  it('is taken, handed over, given back; the history says who did what', async () => {
    const { id } = await aCase();
    const [ann, ben] = [await somebody(), await somebody()];
    const nobody = await ann.as.get(`/v1/cases/${id}/assignment`).expect(200);
    expect(nobody.body).toEqual({ caseId: id, assignee: null, mine: false, since: null, version: 0 });
    expect(nobody.headers['etag']).toBe('"0"');

    const taken = await change(ann.as, id, 'take', 0).expect(200);
    expect(taken.body).toMatchObject({ assignee: ann.pseudonym, mine: true, version: 1 });
    expect((await change(ben.as, id, 'take', 1)).body).toMatchObject({ status: 409, code: 'case-assigned' });
    expect((await change(ben.as, id, 'hand-over', 1, { to: ben.pseudonym })).body).toMatchObject({
      status: 403,
      code: 'assignment-not-yours',
    });
    await change(ann.as, id, 'hand-over', 1, { to: ben.pseudonym, reason: 'On leave' }).expect(200);
    await change(ben.as, id, 'release', 2).expect(200);
    const { body } = await ann.as.get(`/v1/cases/${id}/assignment/history`).query({ limit: 2 }).expect(200);
    expect(body.items).toMatchObject([
      { version: 3, kind: 'released', assignee: null, by: ben.pseudonym, reason: null },
      { version: 2, kind: 'handed-over', assignee: ben.pseudonym, by: ann.pseudonym, reason: 'On leave' },
    ]);
    const rest = await ann.as
      .get(`/v1/cases/${id}/assignment/history`)
      .query({ cursor: body.next })
      .expect(200);
    expect(rest.body).toMatchObject({ items: [{ version: 1, kind: 'taken' }], next: null });
  });

  it('is taken by one of those who try at the same time', async () => {
    const { id } = await aCase();
    const people = [await somebody(), await somebody(), await somebody(), await somebody()];
    const answers = await Promise.all(people.map(({ as }) => change(as, id, 'take', 0)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412, 412]);
  });

  it('asks for the version that was read, and for a colleague who works here', async () => {
    const { id } = await aCase();
    const { as } = await somebody();
    const unread = as.post(`/v1/cases/${id}/assignment/take`).set('Idempotency-Key', randomUUID());
    expect((await unread).body).toMatchObject({ status: 428, code: 'precondition-required' });
    expect((await change(as, id, 'hand-over', 0, { to: 'ab'.repeat(32) })).body).toMatchObject({
      status: 422,
      code: 'colleague-unknown',
    });
    expect((await change(as, id, 'hand-over', 0, { to: 'Madame Dupont' })).body).toMatchObject({
      status: 400,
      code: 'invalid-request',
    });
  });

  it('lets a supervisor hand over everything that an absent colleague has', async () => {
    const [gone, stays] = [await somebody(), await somebody()];
    const cases = [await aCase(), await aCase()];
    for (const { id } of cases) await change(gone.as, id, 'take', 0).expect(200);
    const all = () =>
      supervisor
        .post(`/v1/colleagues/${gone.pseudonym}/hand-over`)
        .set('Idempotency-Key', randomUUID())
        .send({ to: stays.pseudonym, reason: 'Sick leave' });
    expect((await all().expect(200)).body).toEqual({ handedOver: 2, remaining: 0 });
    expect((await all().expect(200)).body).toEqual({ handedOver: 0, remaining: 0 });
    for (const { id } of cases) {
      const { body } = await stays.as.get(`/v1/cases/${id}/assignment`).expect(200);
      expect(body).toMatchObject({ mine: true, version: 2 });
    }
    const { body } = await supervisor.get('/v1/colleagues').expect(200);
    expect(body.items).toContainEqual(expect.objectContaining({ agent: stays.pseudonym, cases: 2 }));
  });

  it('is nobody’s business in another unit', async () => {
    const { id } = await aCase();
    const elsewhere = await prefecture.as({ unit: 'other', roles: ['supervisor', 'desk'] });
    for (const path of ['assignment', 'assignment/history', 'notes']) {
      const { body } = await elsewhere.get(`/v1/cases/${id}/${path}`);
      expect([path, body.code]).toEqual([path, 'case-not-found']);
    }
    expect((await change(elsewhere, id, 'take', 0)).body.code).toBe('case-not-found');
    expect((await note(elsewhere, id, { text: 'x' })).body.code).toBe('case-not-found');
  });

  it('keeps notes as they were written, with corrections beside them', async () => {
    const { id, reference } = await aCase();
    const [ann, ben] = [await somebody(), await somebody()];
    const first = (await note(ann.as, id, { text: 'Comes on Monday.' }).expect(201)).body as { id: string };
    expect((await note(ben.as, id, { text: 'x', corrects: first.id })).body).toMatchObject({
      status: 403,
      code: 'note-not-yours',
    });
    const corrected = await note(ann.as, id, {
      text: 'Comes on Tuesday.\nWith a friend.',
      corrects: first.id,
    });
    expect(corrected.status).toBe(201);
    expect((await note(ann.as, id, { text: 'x', corrects: first.id })).body).toMatchObject({
      status: 409,
      code: 'note-corrected',
    });
    const { body, headers } = await ben.as.get(`/v1/cases/${id}/notes`).expect(200);
    expect(headers['cache-control']).toBe('no-store');
    expect(body.items).toMatchObject([
      { text: 'Comes on Tuesday.\nWith a friend.', corrects: first.id, correctedBy: null, mine: false },
      { text: 'Comes on Monday.', corrects: null, correctedBy: corrected.body.id, author: ann.pseudonym },
    ]);
    const read = await prefecture.database.owner.query(
      "SELECT record ->> 'agent' AS agent FROM messaging.audit_record WHERE kind = 'read' AND reference = $1",
      [reference],
    );
    expect(read).toEqual([{ agent: ben.pseudonym }]);
  });

  it.each([
    ['blank', ' \n '],
    ['too long', 'x'.repeat(4_001)],
    ['with a null character', 'a\u0000b'],
  ])('refuses a note that is %s', async (_, text) => {
    const { as } = await somebody();
    const { body } = await note(as, randomUUID(), { text });
    expect(body).toMatchObject({ status: 400, code: 'invalid-request', errors: [expect.anything()] });
  });

  it('never lets a note out: on no topic, in no outbox, record, log or key', async () => {
    const { id } = await aCase();
    const { as } = await somebody('desk');
    await note(as, id, { text: MARKER }).expect(201);
    await as.get(`/v1/cases/${id}/notes`).expect(200);
    await eventually(async () => {
      const [queued] = await prefecture.database.owner.query<{ waiting: number }[]>(
        'SELECT count(*)::int AS waiting FROM messaging.intent',
      );
      expect(queued?.waiting).toBe(0);
    });
    const tables = await prefecture.database.owner.query<{ name: string }[]>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
        WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
    );
    const holding: string[] = [];
    for (const { name } of tables) {
      const [found] = await prefecture.database.owner.query<{ n: number }[]>(
        `SELECT count(*)::int AS n FROM ${name} t
          WHERE t::text LIKE '%zyx-marqueur-47%' OR t::text LIKE '%' || encode('zyx-marqueur-47', 'hex') || '%'`,
      );
      if (found?.n) holding.push(name);
    }
    expect(holding).toEqual(['desk.note']);
    expect(prefecture.logLines.join('\n')).not.toContain('zyx-marqueur-47');
    expect(JSON.stringify(police.received)).not.toContain('zyx-marqueur-47');
    expect((await prefecture.anonymous().get('/metrics')).text).not.toContain('zyx-marqueur-47');
  });
});
