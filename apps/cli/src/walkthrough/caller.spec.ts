import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { callerOf } from './caller';

let server: Server;
let url: string;
beforeAll(async () => {
  server = createServer((request, response) => {
    const answer = (status: number, body: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    if (request.url === '/token') {
      const known = request.headers.authorization === `Basic ${btoa('desk-75:desk-75-secret')}`;
      return known ? answer(200, { access_token: 'token' }) : answer(401, { error: 'invalid_client' });
    }
    if (request.url === '/echo') return answer(200, { authorization: request.headers.authorization });
    if (request.url === '/gone') return void request.socket.destroy();
    return answer(404, { code: 'notice-not-found' });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

it('calls with the token of its account', async () => {
  const desk = await callerOf(url, 'desk-75', url);
  expect(await desk.get('/echo')).toEqual({ authorization: 'Bearer token' });
});

it.each([
  [
    'another answer than expected',
    '/else',
    /^The walkthrough stopped: GET \S+\/else as desk-75 answers 200, but found "404 notice-not-found"\.$/,
  ],
  [
    'no answer',
    '/gone',
    /^The walkthrough stopped: no answer from GET \S+\/gone\. Look into the service's log\.$/,
  ],
])('%s stops the walkthrough with one line', async (_, path, message) => {
  const desk = await callerOf(url, 'desk-75', url);
  await expect(desk.get(path)).rejects.toMatchObject({
    code: 'walkthrough-failed',
    message: expect.stringMatching(message),
  });
});

it('an account that the provider does not know gets no further', async () => {
  await expect(callerOf(url, 'nobody', url)).rejects.toMatchObject({ code: 'token-refused' });
});
