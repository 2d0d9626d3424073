import { NOTICE_ACKNOWLEDGED, NOTICE_ISSUED } from '@liaison/contracts';
import { listRoutes } from '@liaison/platform';
import {
  type AgencyWorld,
  currentConvention,
  eventually,
  type TestPeer,
  type TestService,
} from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import type request from 'supertest';
import { type ArrivedNotice, type DeskWorld, startDeskWorld } from '../desk-world.test';

type Agent = request.Agent;
const PERSON = /Adeyemi|Princess|Benin|station|matched by two/;
/** What a route cannot do without. */
const QUERIES: Record<string, object> = {
  '/v1/notices/counts': { field: 'exploitation.forms' },
  '/v1/notices/matching': { field: 'exploitation.forms', value: 'procuring' },
};

describe('the desk’s inbox', () => {
  let world: AgencyWorld;
  let police: TestPeer;
  let prefecture: TestService;
  let receive: DeskWorld['receive'];
  let desk: Agent;
  let caseworker: Agent;

  beforeAll(async () => {
    ({ world, police, prefecture, desk, caseworker, receive } = await startDeskWorld());
  });
  afterAll(() => world.stop());

  const list = async (query: object = {}) =>
    (
      await desk
        .get('/v1/notices')
        .query({ limit: 200, ...query })
        .expect(200)
    ).body as {
      items: ArrivedNotice[];
      next: string | null;
    };

  const acknowledge = (as: Agent, id: string, key: string = randomUUID()) =>
    as.post(`/v1/notices/${id}/acknowledge`).set('Idempotency-Key', key);

  const records = (kind: string, reference: string) =>
    prefecture.database.owner.query<{ record: Record<string, unknown> }[]>(
      'SELECT record FROM messaging.audit_record WHERE kind = $1 AND reference = $2',
      [kind, reference],
    );

  it('lists what came, without a word about the person', async () => {
    const item = await receive();
    expect(item).toEqual({
      id: expect.any(String),
      caseId: expect.any(String),
      reference: expect.any(String),
      sender: 'police-75',
      recipientVersion: 1,
      latest: true,
      departement: '75',
      receivedAt: expect.any(String),
      acknowledgeBy: expect.any(String),
      state: 'new',
      standing: 'current',
      standingReason: null,
      standingSince: null,
      restrictedSince: null,
      purgedAt: null,
      purgeReason: null,
      version: 1,
    });
    const dueIn = Date.parse(item.acknowledgeBy as string) - Date.parse(item.receivedAt as string);
    expect(dueIn).toBe(3 * 24 * 3600 * 1000);
    expect(await records('read', item.reference)).toEqual([]);
  });

  it('shows the desk what the convention lets it see, which fields are withheld, and where each section came from', async () => {
    const { id, reference } = await receive();
    const { body, headers } = await desk.get(`/v1/notices/${id}`).expect(200);
    expect(headers).toMatchObject({ etag: '"1"', 'cache-control': 'no-store' });
    expect(body).toMatchObject({
      id,
      reference,
      sender: 'police-75',
      unit: 'desk',
      purpose: 'residence-of-victims',
      state: 'new',
      content: {
        civilStatus: { declared: { familyName: 'Adeyemi' } },
        travel: { debt: { amount: 50_000 } },
        exploitation: { forms: ['procuring'], from: '2025-04' },
        assessment: { realityOfFacts: 'Precise, constant, and matched by two other accounts.' },
      },
    });
    expect(body.withheld).toEqual(
      expect.arrayContaining([
        'contact.phone',
        'exploitation.account',
        'travel.organisedBy',
        'vulnerability.health',
      ]),
    );
    expect(body.withheld).not.toContain('assessment.realityOfFacts');
    expect(Object.keys(body.provenance).sort()).toEqual(Object.keys(body.content).sort());
    expect(body.provenance.assessment).toEqual({
      agency: 'police-75',
      event: expect.any(String),
      convention: currentConvention('police-prefecture'),
    });
    expect(JSON.stringify(body)).not.toMatch(/station|Madam|A00000017|Needs rest|\+33|rue des Tests/);
  });

  it('hides the assessment from a caseworker, and says that it does', async () => {
    const { id } = await receive();
    const { body } = await caseworker.get(`/v1/notices/${id}`).expect(200);
    expect(body.content.civilStatus.declared.familyName).toBe('Adeyemi');
    expect(body.content).not.toHaveProperty('assessment');
    expect(body.provenance).not.toHaveProperty('assessment');
    expect(body.withheld).toContain('assessment.realityOfFacts');
    expect(JSON.stringify(body)).not.toContain('matched by two');
  });

  it('records each reading, with fields and rules and no values', async () => {
    const { id, reference } = await receive();
    await desk.get(`/v1/notices/${id}`).expect(200);
    await caseworker.get(`/v1/notices/${id}`).expect(200);
    const read = await records('read', reference);
    expect(read).toHaveLength(2);
    expect(read[0]?.record).toMatchObject({
      agency: 'prefecture-75',
      unit: 'desk',
      agent: expect.stringMatching(/^[0-9a-f]{64}$/),
      event: NOTICE_ISSUED,
      counterpart: 'police-75',
      convention: currentConvention('police-prefecture'),
      purpose: 'residence-of-victims',
    });
    const withheldAssessment = read.filter(({ record }) =>
      (record['fields'] as { paths: string[]; treatment: string }[]).some(
        ({ paths, treatment }) => treatment === 'withhold' && paths.includes('assessment.realityOfFacts'),
      ),
    );
    expect(withheldAssessment).toHaveLength(1);
    expect(JSON.stringify(read)).not.toMatch(PERSON);
  });

  it('acknowledges once, tells the sender, and shows how far that has come', async () => {
    const { id, reference } = await receive();
    const before = await desk.get(`/v1/notices/${id}/deliveries`).expect(200);
    expect(before.body).toEqual({ items: [] });

    const key = randomUUID();
    const { body, headers } = await acknowledge(desk, id, key).send({}).expect(202);
    expect(headers['etag']).toBe('"2"');
    expect(body).toMatchObject({
      id,
      state: 'acknowledged',
      version: 2,
      recipient: 'police-75',
      decision: { allowed: true, convention: currentConvention('police-prefecture'), denial: null },
    });
    expect(body.decision.fields).toContainEqual({
      path: 'role',
      treatment: 'release',
      rules: ['police-prefecture/acknowledgement'],
      articles: expect.any(Array),
    });

    const told = await eventually(() => {
      const found = police.received.find(({ envelope }) => envelope.id === body.eventId);
      if (!found) throw new Error('the sender does not know yet');
      return found;
    });
    const { body: read } = await desk.get(`/v1/notices/${id}`).expect(200);
    expect(told.envelope).toMatchObject({
      type: NOTICE_ACKNOWLEDGED,
      subject: reference,
      causationid: read.provenance.procedure.event,
      purpose: 'residence-of-victims',
    });
    expect(told.data).toEqual({
      acknowledgedAt: body.acknowledgedAt,
      role: 'desk',
      unit: 'desk',
      recipientVersion: 1,
    });
    await eventually(async () => {
      const { body: after } = await desk.get(`/v1/notices/${id}/deliveries`).expect(200);
      expect(after.items).toEqual([
        expect.objectContaining({
          eventId: body.eventId,
          recipient: 'police-75',
          state: 'delivered',
          sequence: 1,
        }),
      ]);
    });

    expect((await acknowledge(desk, id, key).send({}).expect(202)).body).toEqual(body);
    const again = await acknowledge(desk, id).send({}).expect(409);
    expect(again.body).toMatchObject({ code: 'notice-already-acknowledged' });
    expect(again.headers['content-type']).toContain('application/problem+json');
    expect(await records('acknowledgement', reference)).toHaveLength(1);
    expect(police.received.filter(({ envelope }) => envelope.subject === reference)).toHaveLength(1);

    const idsOf = async (state: string) => (await list({ state })).items.map((item) => item.id);
    expect(await idsOf('acknowledged')).toContain(id);
    expect(await idsOf('new')).not.toContain(id);
  });

  it('lets one of two who acknowledge at once do it', async () => {
    const { id, reference } = await receive();
    const answers = await Promise.all([1, 2, 3].map(() => acknowledge(desk, id).send({})));
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 409, 409]);
    expect(await records('acknowledgement', reference)).toHaveLength(1);
  });

  it('acknowledges without a body, in a role that is named, and only what was read', async () => {
    const [first, second] = [await receive(), await receive()];
    await acknowledge(desk, first.id).set('If-Match', '"7"').send({}).expect(412);
    await acknowledge(desk, first.id).set('If-Match', '"1"').set('Content-Length', '0').expect(202);
    const both = await prefecture.as({ unit: 'desk', roles: ['desk', 'supervisor'] });
    await acknowledge(both, second.id).send({ role: 'supervisor' }).expect(202);
    const [{ record } = { record: {} }] = await records('acknowledgement', second.reference);
    expect(record).toMatchObject({ kind: 'acknowledgement', counterpart: 'police-75' });
    await eventually(() =>
      expect(
        police.received.find(({ envelope }) => envelope.subject === second.reference)?.data,
      ).toMatchObject({
        role: 'supervisor',
      }),
    );
  });

  it.each([
    ['a role that nobody acknowledges in', { role: 'officer' }, 400, 'invalid-request'],
    ['a role that the caller has not', { role: 'supervisor' }, 403, 'role-missing'],
    ['an unknown member', { role: 'desk', comment: 'MARKED' }, 400, 'invalid-request'],
    ['a wrong type', { role: 7 }, 400, 'invalid-request'],
    ['a list', [{ role: 'desk' }], 400, 'invalid-request'],
  ])('refuses a body with %s', async (_, body, status, code) => {
    const { id } = await receive();
    const answer = await acknowledge(desk, id).send(body).expect(status);
    expect(answer.body).toMatchObject({ code });
    expect(JSON.stringify(answer.body)).not.toContain('MARKED');
    const { body: notice } = await desk.get(`/v1/notices/${id}`).expect(200);
    expect(notice.state).toBe('new');
  });

  it('refuses keys, ids and queries that are none', async () => {
    const { id } = await receive();
    const keyless = await desk.post(`/v1/notices/${id}/acknowledge`).send({}).expect(400);
    expect(keyless.body).toMatchObject({ code: 'idempotency-key-missing' });
    const key = randomUUID();
    await acknowledge(desk, id, key).send({}).expect(202);
    const reused = await acknowledge(desk, id, key).send({ role: 'desk' }).expect(422);
    expect(reused.body).toMatchObject({ code: 'idempotency-key-reused' });
    await desk.get('/v1/notices/17').expect(400);
    for (const query of [
      { state: 'lost' },
      { limit: 0 },
      { limit: 'all' },
      { cursor: 'bm90aGluZw' },
      { cursor: Buffer.from('["x","y"]').toString('base64url') },
      { sender: 'police-75' },
    ]) {
      await desk.get('/v1/notices').query(query).expect(400);
      await desk.get('/v1/notices/contents').query(query).expect(400);
    }
    await desk.get('/v1/notices/contents').query({ limit: 51 }).expect(400);
  });

  it('pages through the list, newest first, each once', async () => {
    await receive();
    await receive();
    const all = (await list()).items;
    const seen: string[] = [];
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page = await list({ limit: 2, ...(cursor && { cursor }) });
      seen.push(...page.items.map((item) => item.id));
      cursor = page.next;
    }
    expect(seen).toEqual(all.map((item) => item.id));
    expect(new Set(seen).size).toBe(seen.length);
    const times = all.map((item) => item['receivedAt']);
    expect(times).toEqual([...times].sort().reverse());
  });

  it('shows the contents of many at once, to each role as its reading of one', async () => {
    const arrived = [await receive(), await receive()];
    for (const as of [desk, caseworker]) {
      const { body } = await as.get('/v1/notices/contents').query({ limit: 2, state: 'new' }).expect(200);
      const items = body.items as readonly (ArrivedNotice & { readonly withheld: readonly string[] })[];
      expect(items.map(({ id }) => id)).toEqual(arrived.map(({ id }) => id).reverse());
      for (const item of items) {
        expect(item).toEqual((await as.get(`/v1/notices/${item.id}`).expect(200)).body);
      }
      expect(JSON.stringify(body).includes('matched by two')).toBe(as === desk);
      expect(items[0]?.withheld.includes('assessment.realityOfFacts')).toBe(as === caseworker);
    }
    // Each of the two read each of them twice: with the other, and alone.
    for (const { reference } of arrived) expect(await records('read', reference)).toHaveLength(4);
  });

  it('is not there for another unit', async () => {
    const { id } = await receive();
    const elsewhere = await prefecture.as({ unit: 'archive', roles: ['desk', 'supervisor'] });
    expect((await elsewhere.get('/v1/notices').expect(200)).body).toEqual({ items: [], next: null });
    for (const path of [`/v1/notices/${id}`, `/v1/notices/${id}/deliveries`]) {
      const { body } = await elsewhere.get(path).expect(404);
      expect(body).toMatchObject({ code: 'notice-not-found' });
    }
    await acknowledge(elsewhere, id).send({}).expect(404);
    await desk.get(`/v1/notices/${randomUUID()}`).expect(404);
  });

  it('opens each route to the roles that it names, in this agency only', async () => {
    const { id } = await receive();
    const allowed: Record<string, readonly string[]> = {
      'GET /v1/notices': ['desk', 'supervisor', 'caseworker'],
      'GET /v1/notices/contents': ['desk', 'supervisor', 'caseworker'],
      'GET /v1/notices/counts': ['desk', 'supervisor', 'caseworker'],
      'GET /v1/notices/matching': ['desk', 'supervisor', 'caseworker'],
      'GET /v1/notices/:id': ['desk', 'supervisor', 'caseworker'],
      'GET /v1/notices/:id/deliveries': ['desk', 'supervisor', 'caseworker'],
      'POST /v1/notices/:id/acknowledge': ['desk', 'supervisor'],
    };
    const routes = listRoutes(prefecture.app).filter(({ path }) => path.startsWith('/v1/notices'));
    expect(routes.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(Object.keys(allowed).sort());
    const stranger = await prefecture.as({ unit: 'desk', roles: ['desk'], agency: 'prefecture-13' });
    for (const { method, path } of routes) {
      const call = (as: Agent) =>
        method === 'GET'
          ? as.get(path.replace(':id', id)).query(QUERIES[path] ?? {})
          : as.post(path.replace(':id', id)).send({});
      await call(prefecture.anonymous()).expect(401);
      expect((await call(stranger).expect(403)).body).toMatchObject({ code: 'wrong-agency' });
      for (const role of ['desk', 'supervisor', 'caseworker', 'officer', 'dpo', 'operator']) {
        const { status } = await call(await prefecture.as({ unit: 'desk', roles: [role] }));
        // Without an Idempotency-Key the POST goes no further than that.
        const open = method === 'GET' ? 200 : 400;
        expect([method, path, role, status]).toEqual([
          method,
          path,
          role,
          allowed[`${method} ${path}`]?.includes(role) ? open : 403,
        ]);
      }
    }
  });

  it('describes every operation', async () => {
    const { body } = await prefecture.anonymous().get('/openapi.json').expect(200);
    expect(body).toMatchObject({ openapi: '3.1.0', info: { title: 'Préfecture' } });
    for (const path of Object.values(body.paths as Record<string, Record<string, { summary: string }>>)) {
      for (const operation of Object.values(path)) expect(operation.summary).toBeTruthy();
    }
  });

  it('says nothing about the person in its logs and metrics', async () => {
    const { text } = await prefecture.anonymous().get('/metrics');
    expect(prefecture.logLines.join('')).not.toMatch(PERSON);
    expect(text).not.toMatch(PERSON);
    expect(prefecture.logLines.length).toBeGreaterThan(10);
  });
});
