import { request as rawRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { NestExpressApplication } from '@nestjs/platform-express';
import request from 'supertest';
import { LocalIssuer } from '../identity/local-issuer.test';
import { listRoutes } from '../identity/list-routes';
import { Health } from '../health/health';
import { expectProblem, startSample } from './sample-service.test';

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
      expect(routes).toHaveLength(18);
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

    it('is held back as a whole where one of several persons was not recorded', async () => {
      const response = await http().get('/v1/journeys/persons/1');
      expectProblem(response, 500, 'internal-error');
      expect(response.text).not.toContain('MARKED');
      const { body } = await http().get('/v1/journeys/persons/2').expect(200);
      expect(body.items).toHaveLength(2);
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
