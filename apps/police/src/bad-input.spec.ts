import { type AgencyWorld, aNotice, startAgencyWorld, type TestService } from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import type { Agent, Response } from 'supertest';
import { POLICE } from './service';

type Call = (body: string, type?: string) => Promise<Response>;

describe('bad input', () => {
  let world: AgencyWorld;
  let police: TestService;
  let officer: Agent;
  let id: string;

  beforeAll(async () => {
    world = await startAgencyWorld();
    police = await world.start({ ...POLICE, agencyId: 'police-75' });
    officer = await police.as({ unit: 'brp', roles: ['officer'] });
    id = String((await officer.post('/v1/notices').send({ content: aNotice() })).body.id);
  });
  afterAll(() => world.stop());

  const JSON_TYPE = 'application/json';
  const CALLS: Record<string, Call> = {
    'POST /v1/notices': (body, type = JSON_TYPE) => officer.post('/v1/notices').type(type).send(body),
    'PUT /v1/notices/:id': (body, type = JSON_TYPE) =>
      officer.put(`/v1/notices/${id}`).set('If-Match', '*').type(type).send(body),
    'POST /v1/notices/:id/preview': (body, type = JSON_TYPE) =>
      officer.post(`/v1/notices/${id}/preview`).type(type).send(body),
    'POST /v1/notices/:id/issue': (body, type = JSON_TYPE) =>
      officer
        .post(`/v1/notices/${id}/issue`)
        .set('If-Match', '*')
        .set('Idempotency-Key', randomUUID())
        .type(type)
        .send(body),
  };
  const WITH_CONTENT = ['POST /v1/notices', 'PUT /v1/notices/:id'];
  const WITH_RECIPIENTS = ['POST /v1/notices', 'POST /v1/notices/:id/preview', 'POST /v1/notices/:id/issue'];

  const expectProblem = ({ body, type, text }: Response, status: number, code: string, pointer?: string) => {
    expect([type, body.status, body.code]).toEqual(['application/problem+json', status, code]);
    expect(text).not.toMatch(/MARKED|at .*\.ts|node_modules/);
    if (pointer !== undefined) expect(body.errors).toContainEqual({ pointer, detail: expect.any(String) });
  };
  const nested = (depth: number) => '{"a":'.repeat(depth) + '1' + '}'.repeat(depth);

  describe.each(Object.keys(CALLS))('%s', (name) => {
    const send: Call = (body, type) => (CALLS[name] as Call)(body, type);

    it.each<[string, string]>([
      ['cut off', '{"content": {"MARKED'],
      ['no JSON', 'MARKED'],
      ['a list', '[]'],
      ['null', 'null'],
      ['a string', '"MARKED"'],
      ['too deep', `{"content":${nested(100)}}`],
      ['far too deep', `{"content":${nested(100_000)}}`],
      ['a field that nobody knows', '{"content":{},"unknown":"MARKED"}'],
      ['a name that reaches into prototypes', '{"__proto__":{"state":"issued"}}'],
      ['half a character', '{"content":{"\\ud800":1}}'],
    ])('answers 400 to a body that is or has %s', async (_, body) =>
      expectProblem(await send(body), 400, 'invalid-request'),
    );

    it('answers 413 to ten megabytes and 415 to another type', async () => {
      expectProblem(await send(`{"content":"${'a'.repeat(10_000_000)}"}`), 413, 'body-too-large');
      expectProblem(await send('<MARKED/>', 'application/xml'), 415, 'unsupported-media-type');
    });
  });

  const valid = aNotice();
  const content = (changes: object) => ({ content: { ...valid, ...changes } });

  describe.each(WITH_CONTENT)('%s', (name) => {
    it.each<[string, object, string]>([
      ['no content', {}, '/content'],
      ['content that is a list', { content: [] }, '/content'],
      ['content that is null', { content: null }, '/content'],
      ['content with a field that nobody knows', content({ MARKED: 1 }), '/content'],
      ['a section with a field that nobody knows', content({ dates: { MARKED: 1 } }), '/content/dates'],
      [
        'a day that does not exist',
        content({ dates: { observedOn: '2026-02-30' } }),
        '/content/dates/observedOn',
      ],
      [
        'a year out of range',
        content({ civilStatus: { declared: { birthDate: '1026-02-03' } } }),
        '/content/civilStatus/declared/birthDate',
      ],
      [
        'a département that does not exist',
        content({ procedure: { departement: '99' } }),
        '/content/procedure/departement',
      ],
      ['a number for a text', content({ travel: { route: 7 } }), '/content/travel/route'],
      ['a text for a flag', content({ vulnerability: { minor: 'no' } }), '/content/vulnerability/minor'],
      ['a text too long', content({ travel: { route: 'MARKED'.repeat(1000) } }), '/content/travel/route'],
      ['a list with null in it', content({ steps: [null] }), '/content/steps/0'],
      [
        'protection without a measure',
        { content: valid, protection: { identity: true } },
        '/protection/address',
      ],
      [
        'protection that is no flag',
        { content: valid, protection: { identity: 'MARKED', address: false } },
        '/protection/identity',
      ],
      ['protection that is a list', { content: valid, protection: [] }, '/protection'],
    ])('answers 400 to %s, and says where', async (_, body, pointer) =>
      expectProblem(await (CALLS[name] as Call)(JSON.stringify(body)), 400, 'invalid-request', pointer),
    );
  });

  it('takes no body at all for no recipients named', async () => {
    const { status, body } = await officer.post(`/v1/notices/${id}/preview`);
    expect([status, body.items?.length]).toEqual([200, 1]);
  });

  it.each([
    ['empty content', { content: {} }, '/content/procedure'],
    ['no identity', content({ civilStatus: {} }), '/content/civilStatus'],
  ])(
    'answers 400 to %s in what is issued at once: only a draft may lack something',
    async (_, body, pointer) => {
      const response = await officer
        .post('/v1/notices')
        .set('Idempotency-Key', randomUUID())
        .send({ ...body, state: 'issued' });
      expectProblem(response, 400, 'invalid-request', pointer);
    },
  );

  it('answers 400 to a state that does not exist', async () => {
    const response = await officer.post('/v1/notices').send({ content: valid, state: 'MARKED' });
    expectProblem(response, 400, 'invalid-request', '/state');
  });

  describe.each(WITH_RECIPIENTS)('%s', (name) => {
    const body = (recipients: unknown) =>
      JSON.stringify(
        name === 'POST /v1/notices' ? { content: valid, state: 'issued', recipients } : { recipients },
      );

    it.each<[string, unknown, string]>([
      ['that are no list', 'MARKED', '/recipients'],
      ['that are texts', ['MARKED'], '/recipients'],
      ['without an agency', [{}], '/recipients/0/agency'],
      ['with an id that can be none', [{ agency: 'MARKED!' }], '/recipients/0/agency'],
      ['with a unit that can be none', [{ agency: 'prefecture-75', unit: 7 }], '/recipients/0/unit'],
      ['with more than they have', [{ agency: 'prefecture-75', MARKED: 1 }], '/recipients/0'],
      ['beyond number', Array.from({ length: 21 }, () => ({ agency: 'prefecture-75' })), '/recipients'],
    ])('answers 400 to recipients %s', async (_, recipients, pointer) => {
      const response = await (CALLS[name] as Call)(body(recipients));
      expect(response.body).toMatchObject({ status: 400, code: 'invalid-request' });
      expect(JSON.stringify(response.body.errors)).toContain(`"${pointer}`);
    });
  });

  it.each(['GET', 'PUT'])('answers 400 to an id that is no UUID: %s', async (method) => {
    const response =
      method === 'GET'
        ? await officer.get('/v1/notices/MARKED')
        : await officer.put('/v1/notices/MARKED').set('If-Match', '*').send({ content: valid });
    expectProblem(response, 400, 'invalid-request');
  });

  it.each(['limit=0', 'limit=x', 'limit=1&limit=2', 'cursor=MARKED', 'cursor=WyJhIl0', 'MARKED=1'])(
    'answers 400 to a list with %s',
    async (query) => {
      const { body, status } = await officer.get(`/v1/notices?${query}`);
      expect([status, body.status]).toEqual([400, 400]);
    },
  );

  it.each<[string, object, string]>([
    [
      'of no language',
      { civilStatus: { declared: { sex: 'female' }, languages: ['qzz'] } },
      '/content/civilStatus/languages/0',
    ],
    ['of no country', { travel: { transitCountries: ['NE', 'QQ'] } }, '/content/travel/transitCountries/1'],
    [
      'of a commune elsewhere',
      { address: { communeCode: '13055', departement: '75' } },
      '/content/address/communeCode',
    ],
  ])('answers 400 to a code %s, in a draft and in what is issued at once', async (_, content, pointer) => {
    for (const state of ['draft', 'issued']) {
      const response = await officer
        .post('/v1/notices')
        .set('Idempotency-Key', randomUUID())
        .send({ content: aNotice(content), state });
      expectProblem(response, 400, 'invalid-request', pointer);
    }
  });

  it('looks codes up for forms, and refuses lists and questions that there are not', async () => {
    const found = await officer.get('/v1/reference/communes').query({ q: 'CAYENNE', departement: '973' });
    const cayenne = {
      code: '97302',
      name: 'Cayenne',
      kind: 'actuelle',
      departement: '973',
      postalCodes: ['97300'],
    };
    expect(found.body).toEqual({ items: [cayenne] });
    expect(found.headers['cache-control']).toBe('private, max-age=86400');
    expect((await officer.get('/v1/reference/countries?limit=300')).body.items).toHaveLength(250);
    for (const wrong of [
      'planets',
      'languages?limit=301',
      'languages?departement=75',
      'communes?departement=x',
      `communes?q=${'x'.repeat(101)}`,
    ]) {
      expectProblem(await officer.get(`/v1/reference/${wrong}`), 400, 'invalid-request');
    }
  });

  it('has changed nothing', async () => {
    const { body } = await officer.get(`/v1/notices/${id}`);
    expect(body).toMatchObject({ state: 'draft', version: 1, content: valid });
    const rows = await police.database.owner.query('SELECT id FROM police.notice');
    expect(rows).toEqual([{ id }]);
  });
});
