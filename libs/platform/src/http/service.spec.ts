import { request as rawRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { NestExpressApplication } from '@nestjs/platform-express';
import request from 'supertest';
import { LocalIssuer } from '../identity/local-issuer.test';
import { listRoutes } from '../identity/list-routes';
import { Health } from '../health/health';
import { startSample } from './sample-service.test';

describe('a service over HTTP', () => {
  let issuer: LocalIssuer;
  let app: NestExpressApplication;
  let officer: string;
  const lines: string[] = [];

  beforeAll(async () => {
    issuer = await LocalIssuer.start();
    app = await startSample({ issuer: issuer.url, lines });
    officer = `Bearer ${await issuer.token()}`;
  });
  afterAll(async () => {
    await app.close();
    await issuer.stop();
  });

  const http = (): ReturnType<typeof request> => request(app.getHttpServer());
  const search = (body: string, type = 'application/json'): request.Test =>
    http().post('/v1/journeys/search').set('Content-Type', type).send(body);

  function expectProblem(response: request.Response, status: number, code: string): void {
    expect(response.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(response.body).toMatchObject({ status, code, type: `urn:liaison:problem:${code}` });
    expect(response.body).toHaveProperty('correlationId', response.headers['x-correlation-id']);
    expect(response.status).toBe(status);
  }

  describe('who may call', () => {
    it('lets the role in, and gives the handler a checked body and the identity', async () => {
      const response = await http()
        .post('/v1/journeys')
        .set('Authorization', officer)
        .send({ familyName: 'Adeyemi' });
      expect(response.body).toEqual({ isDto: true, agency: 'police-75', unit: 'brp' });
      expect(response.status).toBe(201);
    });

    it.each([undefined, 'Basic YTpi', 'Bearer', 'Bearer a b', 'Token x'])(
      'answers 401 to %s',
      async (authorization) => {
        const call = http().get('/v1/journeys');
        const response = await (authorization === undefined
          ? call
          : call.set('Authorization', authorization));
        expectProblem(response, 401, 'token-missing');
        expect(response.headers['www-authenticate']).toBe('Bearer');
      },
    );

    it('answers 401 to a bad token, 403 to another agency’s and to a missing role', async () => {
      const bad = await http().get('/v1/journeys').set('Authorization', 'Bearer a.b.c');
      expectProblem(bad, 401, 'token-invalid');
      expect(bad.headers['www-authenticate']).toBe('Bearer error="invalid_token"');
      const other = await issuer.token({ claims: { agency: 'prefecture-75' } });
      expectProblem(
        await http().get('/v1/journeys').set('Authorization', `Bearer ${other}`),
        403,
        'wrong-agency',
      );
      expectProblem(await http().get('/v1/journeys').set('Authorization', officer), 403, 'role-missing');
    });

    it('denies a route that declares nobody, whoever asks', async () => {
      expectProblem(await http().get('/v1/journeys/undeclared'), 401, 'token-missing');
      const roles = ['caseworker', 'supervisor', 'officer', 'desk', 'dpo', 'operator'];
      const everything = await issuer.token({ claims: { roles } });
      const response = await http()
        .get('/v1/journeys/undeclared')
        .set('Authorization', `Bearer ${everything}`);
      expectProblem(response, 403, 'route-not-declared');
    });

    it('lists every route with who may call it', () => {
      const routes = listRoutes(app).map(({ method, path, access }) => [method, path, access]);
      expect(routes).toContainEqual([
        'POST',
        '/v1/journeys',
        { public: false, roles: ['officer', 'supervisor'] },
      ]);
      expect(routes).toContainEqual(['GET', '/v1/journeys/undeclared', undefined]);
      expect(routes).toContainEqual(['GET', '/health/live', { public: true }]);
      expect(routes).toHaveLength(14);
    });
  });

  describe('bad input', () => {
    it.each<[string, string]>([
      ['cut off', '{"familyName": "MARKED'],
      ['no JSON', 'familyName=MARKED'],
      ['a bare string', '"MARKED"'],
      ['a bare null', 'null'],
    ])('answers 400 to a body that is %s, without quoting it', async (_, body) => {
      const response = await search(body);
      expectProblem(response, 400, 'invalid-request');
      expect(response.text).not.toContain('MARKED');
    });

    it('answers 413 to ten megabytes', async () => {
      expectProblem(await search(`{"familyName":"${'a'.repeat(10_000_000)}"}`), 413, 'body-too-large');
    });

    it('answers 431 to an address or headers that are too long, before it is a request', async () => {
      for (const response of [
        await http()
          .get('/v1/journeys')
          .query({ cursor: 'MARKED'.repeat(3000) }),
        await http().get('/v1/journeys').set('X-Long', 'MARKED'.repeat(3000)),
      ]) {
        expect(response.status).toBe(431);
        expect(response.headers['content-type']).toBe('application/problem+json; charset=utf-8');
        expect(response.body).toMatchObject({ status: 431, code: 'headers-too-large' });
        expect(response.text).not.toContain('MARKED');
      }
    });

    it('answers 415 to another type, another character set, and to compression', async () => {
      expectProblem(await search('<a/>', 'application/xml'), 415, 'unsupported-media-type');
      expectProblem(await search('a=1', 'application/x-www-form-urlencoded'), 415, 'unsupported-media-type');
      expectProblem(await search('{}', 'application/json; charset=latin1'), 415, 'unsupported-media-type');
      const gzip = await search('{}').set('Content-Encoding', 'gzip');
      expectProblem(gzip, 415, 'unsupported-media-type');
    });

    it.each(['{"a":', '['])('answers 400 to a nesting of a hundred thousand %s', async (open) => {
      const close = open === '[' ? ']' : '}';
      const body = `{"familyName":${open.repeat(100_000)}1${close.repeat(100_000)}}`;
      const response = await search(body);
      expectProblem(response, 400, 'invalid-request');
      const detail = open === '[' ? 'must not hold a list in a list' : 'must not be nested deeper than 32';
      expect(response.body).toMatchObject({ errors: [{ pointer: '', detail }] });
    });

    it('counts the nesting: 32 levels reach validation, 33 do not', async () => {
      const nested = (levels: number): string =>
        `{"familyName":${'{"a":'.repeat(levels - 1)}1${'}'.repeat(levels - 1)}}`;
      expect((await search(nested(32))).body).toMatchObject({ errors: [{ pointer: '/familyName' }] });
      expect((await search(nested(33))).body).toMatchObject({ errors: [{ pointer: '' }] });
    });

    it('names each part that is wrong, by pointer and without its value', async () => {
      const body = {
        familyName: 7,
        entryDate: 'MARKED',
        debt: -1,
        means: 'MARKED',
        stages: [{ place: 'a' }, { place: {} }],
      };
      const response = await search(JSON.stringify({ ...body, 'un/known': 'MARKED', stages: body.stages }));
      expectProblem(response, 400, 'invalid-request');
      const errors = (response.body as { errors: { pointer: string; detail: string }[] }).errors;
      expect(errors.map(({ pointer }) => pointer).sort()).toEqual([
        '/debt',
        '/entryDate',
        '/familyName',
        '/means',
        '/stages/1/place',
        '/un~1known',
      ]);
      expect(errors).toContainEqual({ pointer: '/entryDate', detail: 'must be a date such as 2026-11-22' });
      expect(errors).toContainEqual({ pointer: '/un~1known', detail: 'is not known here' });
      expect(response.text).not.toContain('MARKED');
    });

    it.each([
      '{"familyName":"a","debt":"7"}',
      '{"familyName":"a","stages":{"place":"b"}}',
      '[]',
      '[{"familyName":"a"}]',
      '{"familyName":"a","stages":[null]}',
      '{"familyName":"a","stages":[[]]}',
    ])('answers 400 to %s: nothing is converted', async (body) =>
      expectProblem(await search(body), 400, 'invalid-request'),
    );

    it.each(['__proto__', 'constructor', 'prototype'])('answers 400 to a member named %s', async (name) => {
      expectProblem(
        await search(`{"familyName":"a","stages":[{"${name}":{"place":"b"}}]}`),
        400,
        'invalid-request',
      );
      expect(Reflect.get({}, 'place')).toBeUndefined();
    });

    it.each(['\\u0000', '\\ud800'])('answers 400 to %s, which PostgreSQL cannot store', async (text) => {
      expectProblem(await search(`{"familyName":"a${text}"}`), 400, 'invalid-request');
    });

    it('answers 400 to parameters that are wrong', async () => {
      const desk = `Bearer ${await issuer.token({ claims: { roles: ['desk'] } })}`;
      const list = (query: string): request.Test =>
        http().get(`/v1/journeys?${query}`).set('Authorization', desk);
      expect((await list('limit=200')).body).toEqual({ limit: 200 });
      expect((await list('')).body).toEqual({ limit: 50 });
      for (const query of [
        'limit=0',
        'limit=201',
        'limit=1.5',
        'limit=x',
        'limit=1&limit=2',
        'other=1',
        'cursor=a&cursor=b',
      ]) {
        expectProblem(await list(query), 400, 'invalid-request');
      }
      expectProblem(await http().get('/v1/journeys/7').set('Authorization', officer), 400, 'invalid-request');
      expectProblem(
        await http().get('/v1/journeys/%FF').set('Authorization', officer),
        400,
        'invalid-request',
      );
    });
  });

  describe('failures', () => {
    it('takes the status from the controller', async () => {
      const response = await http()
        .get('/v1/journeys/0b9d4a0e-7e0a-4f6c-9d0a-111111111111')
        .set('Authorization', officer);
      expectProblem(response, 404, 'journey-not-found');
    });

    it('answers 404 where there is nothing, without repeating the address', async () => {
      const response = await http().get('/v1/MARKED?name=MARKED');
      expectProblem(response, 404, 'not-found');
      expect(response.text).not.toContain('MARKED');
    });

    it('answers 500 to what nobody expected, with nothing internal', async () => {
      for (const path of ['database', 'unmapped']) {
        const response = await http().get(`/v1/journeys/failing/${path}`);
        expectProblem(response, 500, 'internal-error');
        expect(response.text).not.toMatch(/MARKED|duplicate|nobody-mapped/);
      }
    });

    it('answers 503 while the database is away', async () => {
      const response = await http().get('/v1/journeys/failing/away');
      expectProblem(response, 503, 'temporarily-unavailable');
      expect(response.headers['retry-after']).toBe('1');
    });
  });

  describe('an answer about a person', () => {
    it.each(['decided-only', 'recorded-only', 'neither', 'recorded-file'])(
      'is held back where its reading was not decided and recorded in this request: %s',
      async (way) => {
        const response = await http().get(`/v1/journeys/person/${way}`);
        expectProblem(response, 500, 'internal-error');
        expect(JSON.stringify([response.headers, response.text])).not.toContain('MARKED');
      },
    );

    it('passes where it was, and so does a page that shows nobody', async () => {
      const shown = await http().get('/v1/journeys/person/decided-recorded').expect(200);
      expect(shown.body).toEqual({ items: [{ familyName: 'MARKED-Adeyemi' }] });
      await http().get('/v1/journeys/person/decided-recorded-file').expect(200);
      await http().get('/v1/journeys/person/none').expect(200, { items: [] });
    });

    it('is held back on a route that would send it itself', async () => {
      const response = await http().get('/v1/journeys/person-sent');
      expectProblem(response, 500, 'internal-error');
      expect(response.text).not.toContain('MARKED');
    });

    it('does not profit from what another request did', async () => {
      const ways = Array.from({ length: 20 }, (_, at) => (at % 2 ? 'decided-recorded' : 'neither'));
      const answers = await Promise.all(ways.map((way) => http().get(`/v1/journeys/person/${way}`)));
      expect(answers.map(({ status }) => status)).toEqual(ways.map((way) => (way === 'neither' ? 500 : 200)));
    });
  });

  it('keeps a correlation id that is a UUID, and makes one instead of anything else', async () => {
    const id = '6f0c0c6a-50a5-4b35-8c1d-222222222222';
    expect((await http().get('/health/live').set('X-Correlation-Id', id)).headers['x-correlation-id']).toBe(
      id,
    );
    const other = (await http().get('/health/live').set('X-Correlation-Id', 'MARKED')).headers[
      'x-correlation-id'
    ];
    expect(other).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('sends protective headers and hides what it is made of', async () => {
    const { headers } = await http().get('/health/live');
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'x-frame-options': 'SAMEORIGIN' });
    expect(headers['x-powered-by']).toBeUndefined();
  });

  it('is ready only while every check holds, and names the others without their reason', async () => {
    const health = app.get(Health);
    let broken = true;
    health.register({
      name: 'broker',
      check: async () => (broken ? Promise.reject(new Error('MARKED')) : undefined),
    });
    const down = await http().get('/health/ready');
    expect(down.status).toBe(503);
    expect(down.body).toEqual({ status: 'not ready', failing: ['broker'], details: {} });
    expect((await http().get('/health/live')).status).toBe(200);
    broken = false;
    const up = await http().get('/health/ready');
    expect(up.status).toBe(200);
    expect(up.body).toEqual({ status: 'ready', failing: [], details: {} });
  });

  it('tells details beside its verdict, and leaves out those that cannot be read', async () => {
    const health = app.get(Health);
    health.describe({ name: 'queue', read: () => Promise.resolve({ depth: 3 }) });
    health.describe({ name: 'gone', read: () => Promise.reject(new Error('MARKED')) });
    const { status, body } = await http().get('/health/ready');
    expect(status).toBe(200);
    expect(body).toEqual({ status: 'ready', failing: [], details: { queue: { depth: 3 } } });
  });

  it('counts requests by pattern and status, never by path', async () => {
    await http().get('/v1/journeys/0b9d4a0e-7e0a-4f6c-9d0a-333333333333').set('Authorization', officer);
    await http().get('/v1/MARKED');
    const { text, headers } = await http().get('/metrics');
    expect(headers['content-type']).toContain('text/plain; version=0.0.4');
    expect(text).toMatch(
      /http_request_duration_seconds_count\{method="GET",route="\/v1\/journeys\/:id",status="404"\} \d/,
    );
    expect(text).toMatch(/route="none",status="404"/);
    expect(text).not.toMatch(/MARKED|333333333333/);
  });

  it('leaves no personal data in any log line', async () => {
    const marked = 'MARKED-Okonkwo';
    lines.length = 0;
    await http()
      .post('/v1/journeys')
      .set('Authorization', officer)
      .send({ familyName: marked, other: marked });
    await search(`{"familyName":"${marked}`);
    await search(JSON.stringify({ familyName: marked }));
    await http()
      .get(`/v1/${marked}?name=${marked}`)
      .set('X-Correlation-Id', marked)
      .set('User-Agent', marked);
    await http().get('/v1/journeys/failing/database');
    await http().get('/v1/journeys/failing/unmapped');
    const all = lines.join('');
    expect(all).not.toMatch(/Okonkwo|Dupont|agent-7/);
    expect(all).not.toContain(officer.slice(7));
    const records = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(records.filter(({ msg }) => msg === 'request')).toHaveLength(6);
    for (const record of records) {
      expect(record).toMatchObject({
        service: 'sample',
        agency: 'police-75',
        correlationId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      });
    }
    expect(records).toContainEqual(
      expect.objectContaining({ level: 'error', err: expect.objectContaining({ code: '23505' }) as object }),
    );
  });

  it('closes a connection whose body never comes', async () => {
    const { port } = app.getHttpServer().address() as AddressInfo;
    const call = rawRequest({
      port,
      host: '127.0.0.1',
      method: 'POST',
      path: '/v1/journeys/search',
      headers: { 'content-type': 'application/json', 'content-length': '10' },
    });
    const ended = new Promise((resolve) => call.once('error', resolve).once('close', resolve));
    call.write('{');
    setImmediate(() => call.destroy());
    await ended;
    expect((await http().get('/health/live')).status).toBe(200);
  });
});

describe('limits', () => {
  let issuer: LocalIssuer;
  beforeAll(async () => {
    issuer = await LocalIssuer.start();
  });
  afterAll(() => issuer.stop());

  it('answers 503 to a request without an answer in time', async () => {
    const app = await startSample({ issuer: issuer.url, env: { REQUEST_TIMEOUT_MS: '100' } });
    const response = await request(app.getHttpServer()).get('/v1/journeys/slow');
    expect(response.status).toBe(503);
    expect(response.body).toMatchObject({ code: 'request-timeout' });
    await app.close();
  });

  it('counts a subject by its token, and everybody else by address', async () => {
    const app = await startSample({ issuer: issuer.url, env: { RATE_LIMIT_PER_MINUTE: '4' } });
    const http = request(app.getHttpServer());
    const call = async (token: string): Promise<number> =>
      (await http.get('/v1/journeys').set('Authorization', `Bearer ${token}`)).status;
    const one = await issuer.token({ claims: { roles: ['desk'] } });
    const two = await issuer.token({ claims: { roles: ['desk'], sub: 'agent-8' } });
    // The first request of a token is the address's: nothing is known of it yet.
    expect([await call(one), await call(two)]).toEqual([200, 200]);
    expect([await call('x'), await call('y'), await call('z')]).toEqual([401, 401, 429]);
    expect([await call(one), await call(one), await call(one), await call(one), await call(one)]).toEqual([
      200, 200, 200, 200, 429,
    ]);
    expect(await call(two)).toBe(200);
    const late = await http.get('/v1/journeys').set('Authorization', `Bearer ${one}`);
    expect(late.body).toMatchObject({ code: 'rate-limited' });
    expect(late.headers['retry-after']).toBeDefined();
    expect((await http.get('/health/live')).status).toBe(200);
    await app.close();
  });
});
