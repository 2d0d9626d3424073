import type { NestExpressApplication } from '@nestjs/platform-express';
import type { OpenAPIObject } from '@nestjs/swagger';
import request from 'supertest';
import { LocalIssuer } from '../identity/local-issuer.test';
import { addExamples } from './examples';
import { describeApi } from './open-api';
import { JourneyModule, made, SAMPLE_API, startSample } from './sample-service.test';

describe('the OpenAPI document', () => {
  let issuer: LocalIssuer;
  let app: NestExpressApplication;
  let document: OpenAPIObject;

  beforeAll(async () => {
    issuer = await LocalIssuer.start();
    app = await startSample({ issuer: issuer.url });
    document = (await request(app.getHttpServer()).get('/openapi.json')).body as OpenAPIObject;
  });
  afterAll(async () => {
    await app.close();
    await issuer.stop();
  });

  /** An answer that says what went wrong, `code` among others. */
  const problem = (code: string): unknown => ({
    content: {
      'application/problem+json': {
        schema: { $ref: '#/components/schemas/Problem' },
        examples: {
          [code]: { $ref: expect.stringMatching(new RegExp(`^#/components/examples/\\d{3}\\.${code}$`)) },
        },
      },
    },
  });
  const schema = (name: string): unknown => document.components?.schemas?.[name];

  it('is 3.1 and shows the rules of class-validator, nested classes too', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(schema('JourneyDto')).toEqual({
      type: 'object',
      additionalProperties: false,
      required: ['familyName'],
      properties: {
        familyName: {
          type: 'string',
          maxLength: 40,
          description: 'Family name as declared',
          example: 'Adeyemi',
        },
        // What is left out where it is null, may be null.
        entryDate: { type: ['string', 'null'], pattern: '^\\d{4}-\\d{2}-\\d{2}$' },
        debt: { type: ['integer', 'null'], minimum: 0 },
        means: { type: ['string', 'null'], enum: ['air', 'sea', null] },
        stages: {
          type: ['array', 'null'],
          items: { $ref: '#/components/schemas/StageDto' },
          example: [{ place: 'Lagos' }],
        },
      },
    });
    // Its own format says that it is a day; the rule does not add that it may be an instant.
    expect(schema('RemarkDto')).toMatchObject({
      properties: { on: { type: ['string', 'null'], format: 'date', example: '2026-11-22' } },
    });
    expect(JSON.stringify(schema('RemarkDto'))).not.toContain('oneOf');
    expect(schema('StageDto')).toMatchObject({ properties: { place: { type: 'string', maxLength: 20 } } });
  });

  it('describes a draft of a document: nothing in it is required, and what is there is held to the same', () => {
    expect(schema('JourneyDraft')).toMatchObject({
      properties: { journey: { allOf: [{ $ref: '#/components/schemas/PartialLeg' }] } },
    });
    expect(schema('PartialLeg')).toEqual({
      type: 'object',
      additionalProperties: false,
      properties: {
        from: { $ref: '#/components/schemas/PartialStop' },
        stops: { type: 'array', minItems: 1, items: { $ref: '#/components/schemas/PartialStop' } },
      },
    });
    expect(schema('PartialStop')).toEqual({
      type: 'object',
      additionalProperties: false,
      properties: { place: { type: 'string', maxLength: 20 } },
    });
  });

  it('names the body, the answers, the problem, the parameters and the token of an operation', () => {
    const create = document.paths['/v1/journeys']?.post;
    expect(create).toMatchObject({
      operationId: 'Journey.create',
      security: [{ bearer: [] }],
      requestBody: {
        content: { 'application/json': { schema: { $ref: '#/components/schemas/JourneyDto' } } },
      },
      responses: {
        201: { content: { 'application/json': { schema: { $ref: '#/components/schemas/JourneyAnswer' } } } },
        400: problem('invalid-request'),
        401: problem('token-expired'),
        403: problem('role-missing'),
        413: problem('body-too-large'),
        415: problem('unsupported-media-type'),
        429: problem('rate-limited'),
        503: problem('temporarily-unavailable'),
      },
    });
    expect(document.paths['/v1/journeys/search']?.post?.security).toBeUndefined();
    const parameters = document.paths['/v1/journeys']?.get?.parameters;
    expect(parameters).toContainEqual({
      name: 'limit',
      in: 'query',
      required: false,
      schema: { type: 'integer', minimum: 1, maximum: 200, default: 50 },
      example: 50,
    });
  });

  it('puts examples together from those of properties, and names what has none', () => {
    const search = document.paths['/v1/journeys/search']?.post;
    expect(search?.requestBody).toMatchObject({
      content: {
        'application/json': {
          example: { familyName: 'Adeyemi', means: 'air', stages: [{ place: 'Lagos' }] },
        },
      },
    });
    expect(document.components?.examples).toMatchObject({
      '413.body-too-large': { value: { status: 413, code: 'body-too-large', title: 'Payload Too Large' } },
    });
    expect(addExamples(document)).toEqual([
      'POST /v1/journeys, 201: JourneyAnswer.id',
      'GET /v1/journeys/person/{way}, path way',
      'GET /v1/journeys/persons/{recorded}, path recorded',
    ]);
  });

  it('has no dangling reference, and is the same each time', async () => {
    const names = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(
      (match) => match[1] ?? '',
    );
    expect(names.filter((name) => schema(name) === undefined)).toEqual([]);
    const again = await request(app.getHttpServer()).get('/openapi.json');
    expect(again.text).toBe(JSON.stringify(document));
  });

  it('is the same without the service, of which nothing is then constructed', async () => {
    const before = made.count;
    expect(JSON.parse(JSON.stringify(await describeApi(JourneyModule, SAMPLE_API)))).toEqual(document);
    expect(made.count).toBe(before);
  });

  it('does not show the operational routes', () => {
    expect(Object.keys(document.paths).filter((path) => !path.startsWith('/v1/'))).toEqual([]);
  });

  it('has a page to try it, whose scripts its own policy allows', async () => {
    const page = await request(app.getHttpServer()).get('/docs');
    expect(page.status).toBe(200);
    expect(page.headers['content-security-policy']).toContain("script-src 'self'");
    expect(page.text).not.toMatch(/<script(?![^>]*\bsrc=)[^>]*>\s*\S/);
    const scripts = [...page.text.matchAll(/<script src="([^"]+)"/g)].map((match) => match[1] ?? '');
    expect(scripts.length).toBeGreaterThan(0);
    for (const script of scripts) {
      const { status } = await request(app.getHttpServer()).get(new URL(script, 'http://x/docs').pathname);
      expect([script, status]).toEqual([script, 200]);
    }
  });
});
