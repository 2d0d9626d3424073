import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import {
  auditLogClient,
  LiaisonProblem,
  LiaisonUnreachable,
  policeClient,
  type PoliceClient,
  prefectureClient,
} from './index';

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}
type Reply = (response: ServerResponse) => void;

const ID = '01932f5e-8a10-7c44-9d0b-3c1f5a7e9b20';
const QUICK = { attempts: 3, delayMs: 1, longestMs: 1000 };

const json =
  (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Reply =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };
const problem = (status: number, code: string, headers: Readonly<Record<string, string>> = {}): Reply =>
  json(status, { type: `urn:liaison:problem:${code}`, status, code, correlationId: 'c-1' }, headers);
const cut: Reply = (response) => void response.destroy();

describe('the client', () => {
  let server: Server;
  let url: string;
  let police: PoliceClient;
  let tokens: number;
  const seen: Seen[] = [];
  const replies: Reply[] = [];

  beforeAll(async () => {
    server = createServer((request, response) => {
      void buffer(request).then((body) => {
        const { method, headers } = request;
        seen.push({ method, url: request.url, headers, body: body.toString('latin1') });
        (replies.shift() ?? json(500, { code: 'nothing-was-expected' }))(response);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    seen.length = 0;
    replies.length = 0;
    tokens = 0;
    police = policeClient({ url, token: async () => `token-${++tokens}`, retries: QUICK });
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const issue = (more: { idempotencyKey?: string } = {}) =>
    police.post('/v1/notices/{id}/issue', { path: { id: ID }, ifMatch: '"1"', ...more });
  const failureOf = (call: Promise<unknown>): Promise<unknown> =>
    call.then(
      () => undefined,
      (error: unknown) => error,
    );

  it('carries the token, the key and the version, and gives the new version', async () => {
    replies.push(json(202, { id: ID, state: 'issued' }, { etag: '"2"' }));
    const answer = await issue({ idempotencyKey: '6b1b7f5e-3a52-4c1e-9d8b-2f0f4f7d6a31' });
    expect(answer).toMatchObject({ status: 202, etag: '"2"', body: { id: ID, state: 'issued' } });
    expect(seen).toMatchObject([
      {
        method: 'POST',
        url: `/v1/notices/${ID}/issue`,
        headers: {
          authorization: 'Bearer token-1',
          'if-match': '"1"',
          'idempotency-key': '6b1b7f5e-3a52-4c1e-9d8b-2f0f4f7d6a31',
        },
      },
    ]);
  });

  it('asks a command again under the same key and with a token of then, when no answer came or none could be given', async () => {
    replies.push(cut, problem(503, 'request-timeout', { 'retry-after': '0' }), json(202, { id: ID }));
    await issue();
    expect(seen).toHaveLength(3);
    const [key, ...others] = seen.map(({ headers }) => headers['idempotency-key']);
    expect(key).toMatch(/^[0-9a-f-]{36}$/);
    expect(others).toEqual([key, key]);
    expect(seen.map(({ headers }) => headers.authorization)).toEqual(
      [1, 2, 3].map((n) => `Bearer token-${n}`),
    );
  });

  it('asks for a new key with each call', async () => {
    replies.push(json(202, {}), json(202, {}));
    await issue();
    await issue();
    expect(new Set(seen.map(({ headers }) => headers['idempotency-key'])).size).toBe(2);
  });

  it('gives up after its attempts, says that nothing is known, and under which key to ask again', async () => {
    replies.push(cut, cut, cut);
    const error = await failureOf(issue());
    expect(seen).toHaveLength(3);
    expect(error).toBeInstanceOf(LiaisonUnreachable);
    expect(error).toMatchObject({
      operation: 'POST /v1/notices/{id}/issue',
      idempotencyKey: seen[0]?.headers['idempotency-key'],
    });
  });

  it('does not repeat a command without a key, unless it was not taken', async () => {
    const discard = () => police.delete('/v1/notices/{id}', { path: { id: ID }, ifMatch: '"1"' });
    replies.push(cut);
    expect(await failureOf(discard())).toBeInstanceOf(LiaisonUnreachable);
    replies.push(problem(503, 'request-timeout', { 'retry-after': '0' }));
    expect(await failureOf(discard())).toMatchObject({ code: 'request-timeout' });
    replies.push(problem(429, 'rate-limited', { 'retry-after': '0' }), (response) =>
      response.writeHead(204).end(),
    );
    expect(await discard()).toMatchObject({ status: 204, body: undefined });
    expect(seen).toHaveLength(4);
    expect(seen[3]?.headers).not.toHaveProperty('idempotency-key');
  });

  it('turns what the service refuses into an error with its code, and does not ask again', async () => {
    const errors = [{ pointer: '/content/travel/entryDate', detail: 'must be a date' }];
    replies.push(
      json(400, {
        status: 400,
        code: 'invalid-request',
        detail: 'Some parts are wrong.',
        errors,
        correlationId: 'c-2',
      }),
    );
    const error = await failureOf(police.post('/v1/notices', { body: { content: {} } }));
    expect(error).toBeInstanceOf(LiaisonProblem);
    expect(error).toMatchObject({
      operation: 'POST /v1/notices',
      status: 400,
      code: 'invalid-request',
      detail: 'Some parts are wrong.',
      errors,
      correlationId: 'c-2',
      message: 'POST /v1/notices: 400 invalid-request: Some parts are wrong.',
    });
    expect(seen).toHaveLength(1);
  });

  it.each([
    ['no JSON', (response: ServerResponse) => void response.writeHead(404).end('<html>nothing here</html>')],
    ['nothing', (response: ServerResponse) => void response.writeHead(404).end()],
    ['JSON that is no problem', json(404, ['nothing'])],
  ])('says so when something else answers: %s', async (_, reply) => {
    replies.push(reply);
    const error = await failureOf(police.get('/v1/notices/{id}', { path: { id: ID } }));
    expect(error).toMatchObject({ status: 404, code: 'unreadable-answer' });
  });

  it('asks a read again that was cut off in its middle', async () => {
    replies.push(
      (response) => {
        response
          .writeHead(200, { 'content-type': 'application/json', 'content-length': '100' })
          .write('{"it');
        setImmediate(() => response.destroy());
      },
      json(200, { items: [] }),
    );
    expect((await police.get('/v1/webhooks')).body).toEqual({ items: [] });
    expect(seen).toHaveLength(2);
  });

  it('does not follow a redirection with the token', async () => {
    const elsewhere: Reply = (response) =>
      void response.writeHead(307, { location: `${url}/elsewhere` }).end();
    replies.push(elsewhere, elsewhere, elsewhere);
    expect(await failureOf(police.get('/v1/webhooks'))).toBeInstanceOf(LiaisonUnreachable);
    expect(new Set(seen.map((request) => request.url))).toEqual(new Set(['/v1/webhooks']));
  });

  it('gives an attempt its time, and no more', async () => {
    const impatient = policeClient({
      url,
      token: () => 'token',
      timeoutMs: 20,
      retries: { ...QUICK, attempts: 2 },
    });
    const held: ServerResponse[] = [];
    const hold: Reply = (response) => void held.push(response);
    replies.push(hold, hold);
    expect(await failureOf(impatient.get('/v1/webhooks'))).toBeInstanceOf(LiaisonUnreachable);
    expect(held).toHaveLength(2);
  });

  it('stops when the caller stops it', async () => {
    const stop = new AbortController();
    replies.push(() => stop.abort(new Error('enough')));
    await expect(police.get('/v1/notices', { signal: stop.signal })).rejects.toThrow('enough');
    expect(seen).toHaveLength(1);
  });

  it('follows the pages of a list to its end, one at a time', async () => {
    replies.push(
      json(200, { items: [{ id: 'a' }, { id: 'b' }], next: 'page 2' }),
      json(200, { items: [], next: 'page/3' }),
      json(200, { items: [{ id: 'c' }], next: null }),
    );
    const ids: string[] = [];
    for await (const { id } of police.items('/v1/notices', { query: { limit: 2, state: 'draft' } }))
      ids.push(id);
    expect(ids).toEqual(['a', 'b', 'c']);
    expect(seen.map((request) => request.url)).toEqual([
      '/v1/notices?limit=2&state=draft',
      '/v1/notices?limit=2&state=draft&cursor=page%202',
      '/v1/notices?limit=2&state=draft&cursor=page%2F3',
    ]);
  });

  it('asks for no page that nobody wants', async () => {
    replies.push(json(200, { items: [{ id: 'a' }, { id: 'b' }], next: 'more' }));
    const prefecture = prefectureClient({ url, token: () => 'token' });
    for await (const { id } of prefecture.items('/v1/notices')) if (id === 'a') break;
    expect(seen).toHaveLength(1);
  });

  it('follows what changes from its cursor on, until it is told to stop', async () => {
    const stop = new AbortController();
    replies.push(
      json(200, { items: [], next: 'one' }),
      json(200, { items: [{ id: 'a' }], next: 'two' }),
      () => stop.abort(),
    );
    const pages: unknown[] = [];
    for await (const page of police.changes({ after: 'now', wait: 1, signal: stop.signal })) pages.push(page);
    expect(pages).toEqual([
      { items: [], next: 'one' },
      { items: [{ id: 'a' }], next: 'two' },
    ]);
    expect(seen.map((request) => request.url)).toEqual([
      '/v1/changes?wait=0&after=now',
      '/v1/changes?wait=1&after=one',
      '/v1/changes?wait=1&after=two',
    ]);
  });

  it('says when the place in the feed is gone', async () => {
    replies.push(problem(410, 'cursor-expired'));
    const following = police.changes({ after: 'old' });
    await expect(following.next()).rejects.toMatchObject({ code: 'cursor-expired', correlationId: 'c-1' });
  });

  it('sends a document as what it is, and gives one as its bytes', async () => {
    replies.push(
      json(202, {}),
      (response) => void response.writeHead(200, { 'content-type': 'application/pdf' }).end('%PDF-1.7'),
    );
    const body = new Blob(['%PDF-1.4'], { type: 'application/pdf' });
    await police.post('/v1/notices/{id}/attachments', {
      path: { id: ID },
      query: { kind: 'complaintReceipt', name: 'récépissé.pdf' },
      body,
    });
    expect(seen[0]).toMatchObject({
      url: `/v1/notices/${ID}/attachments?kind=complaintReceipt&name=r%C3%A9c%C3%A9piss%C3%A9.pdf`,
      headers: { 'content-type': 'application/pdf' },
      body: '%PDF-1.4',
    });
    const prefecture = prefectureClient({ url, token: () => 'token' });
    const receipt = await prefecture.get('/v1/reflection-periods/{id}/receipt', { path: { id: ID } });
    expect(await receipt.body.text()).toBe('%PDF-1.7');
  });

  it('fails where there is no token, before anything is sent', async () => {
    const token = () => Promise.reject(new Error('the provider is away'));
    await expect(auditLogClient({ url, token }).get('/v1/holes')).rejects.toThrow('the provider is away');
    expect(seen).toEqual([]);
  });
});
