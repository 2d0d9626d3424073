import type { NestExpressApplication } from '@nestjs/platform-express';
import request from 'supertest';
import { LocalIssuer } from '../identity/local-issuer.test';
import { expectProblem, startSample } from './sample-service.test';

describe('bad input over HTTP', () => {
  let issuer: LocalIssuer;
  let app: NestExpressApplication;
  let officer: string;

  beforeAll(async () => {
    issuer = await LocalIssuer.start();
    app = await startSample({ issuer: issuer.url, lines: [] });
    officer = `Bearer ${await issuer.token()}`;
  });
  afterAll(async () => {
    await app.close();
    await issuer.stop();
  });

  const http = (): ReturnType<typeof request> => request(app.getHttpServer());
  const search = (body: string, type = 'application/json'): request.Test =>
    http().post('/v1/journeys/search').set('Content-Type', type).send(body);

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

  it('answers 400 to a body that is missing, and says what to send', async () => {
    const officers = (route: string): request.Test => http().post(route).set('Authorization', officer);
    for (const response of [
      await officers('/v1/journeys'),
      await officers('/v1/journeys').set('Content-Type', 'application/json'),
      // All that it asks for may be left out; that nothing was said is said by `{}`.
      await officers('/v1/journeys/remark'),
    ]) {
      expectProblem(response, 400, 'invalid-request');
      expect(response.body).toMatchObject({
        errors: [{ pointer: '', detail: expect.stringMatching(/^is missing: send a JSON object/) as string }],
      });
    }
    expect((await officers('/v1/journeys/remark').send({})).body).toEqual({ body: {} });
  });

  it('takes no body where the route has a default for all of it, and tells it from an empty one', async () => {
    const end = (): request.Test => http().post('/v1/journeys/end').set('Authorization', officer);
    expect((await end()).body).toEqual({ body: null });
    expect((await end().send({})).body).toEqual({ body: {} });
    expectProblem(await end().send({ other: 1 }), 400, 'invalid-request');
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

  it('answers 400 to U+0000 in an address', async () => {
    expectProblem(await http().get('/v1/journeys?cursor=a%00'), 400, 'invalid-request');
    expectProblem(await http().get('/v1/journeys/%00'), 400, 'invalid-request');
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
    expectProblem(await http().get('/v1/journeys/%FF').set('Authorization', officer), 400, 'invalid-request');
  });
});
