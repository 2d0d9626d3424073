import { connect, createServer, type Server, type Socket } from 'node:net';
import { eventually } from './eventually';
import { type Proxy, startProxy } from './proxy';

let server: Server;
let proxy: Proxy;
let serverSides: { readonly socket: Socket; ended: boolean }[];
const clients: Client[] = [];

interface Client {
  readonly socket: Socket;
  received: string;
  ended: boolean;
  closed: boolean;
}

beforeEach(async () => {
  serverSides = [];
  // Answers what it is told, in capitals.
  server = createServer({ allowHalfOpen: true }, (socket) => {
    const side = { socket, ended: false };
    serverSides.push(side);
    socket.on('error', () => undefined);
    socket.on('end', () => (side.ended = true));
    socket.on('data', (chunk: Buffer) => socket.write(chunk.toString().toUpperCase()));
  });
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
  });
  proxy = await startProxy({ port });
});

afterEach(async () => {
  for (const { socket } of [...clients.splice(0), ...serverSides]) socket.destroy();
  await proxy.close();
  await new Promise((resolve) => server.close(resolve));
});

function open(): Client {
  const socket = connect({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true });
  const client: Client = { socket, received: '', ended: false, closed: false };
  socket.on('error', () => undefined);
  socket.on('data', (chunk: Buffer) => (client.received += chunk.toString()));
  socket.on('end', () => (client.ended = true));
  socket.on('close', () => (client.closed = true));
  clients.push(client);
  return client;
}

async function talk(client: Client, text: string): Promise<void> {
  client.received = '';
  client.socket.write(text);
  await eventually(() => client.received === text.toUpperCase());
}

test('without trouble everything passes in order, and an end is passed on', async () => {
  const client = open();
  const text = 'abc'.repeat(500_000);
  await talk(client, text);
  client.socket.end();
  await eventually(() => serverSides[0]?.ended === true);
  serverSides[0]?.socket.end('bye');
  await eventually(() => client.received.endsWith('bye') && client.ended);
  await eventually(() => proxy.connections === 0);
});

test('delay: later, in order', async () => {
  const client = open();
  await talk(client, 'now');
  proxy.delay(100);
  const started = performance.now();
  await talk(client, 'later');
  // There and back.
  expect(performance.now() - started).toBeGreaterThanOrEqual(190);
  proxy.delay(0);
});

test('stall towards the client: the server hears, its answer waits until the release', async () => {
  const client = open();
  await talk(client, 'before');
  proxy.stall('to-client');
  client.received = '';
  const heard = new Promise((resolve) => serverSides[0]?.socket.once('data', resolve));
  client.socket.write('question');
  await heard;
  const other = open();
  await eventually(() => serverSides.length === 2);
  other.socket.write('me too');
  expect([client.received, other.received]).toEqual(['', '']);
  proxy.release();
  await eventually(() => client.received === 'QUESTION' && other.received === 'ME TOO');
});

test('stall towards the server: what is held back is lost when the connection is cut', async () => {
  const client = open();
  await talk(client, 'before');
  proxy.stall('to-server');
  const heard: string[] = [];
  serverSides[0]?.socket.on('data', (chunk: Buffer) => heard.push(chunk.toString()));
  client.socket.write('never heard');
  proxy.cut();
  proxy.release();
  await eventually(() => client.closed);
  proxy.accept();
  await talk(open(), 'again');
  expect(heard).toEqual([]);
});

test('cut: resets, also who comes meanwhile', async () => {
  const client = open();
  await talk(client, 'before');
  proxy.cut();
  await eventually(() => client.closed);
  const meanwhile = open();
  await eventually(() => meanwhile.closed);
  proxy.accept();
  await talk(open(), 'after');
});

test('half-close towards the client: it is told the end, and is still heard', async () => {
  const client = open();
  await talk(client, 'before');
  proxy.halfClose('to-client');
  await eventually(() => client.ended);
  expect(serverSides[0]?.ended).toBe(false);
  const heard = new Promise<Buffer>((resolve) => serverSides[0]?.socket.once('data', resolve));
  client.socket.write('still');
  expect(String(await heard)).toBe('still');
});

test('half-close towards the server: it is told the end, and is still heard', async () => {
  const client = open();
  await talk(client, 'before');
  proxy.halfClose('to-server');
  await eventually(() => serverSides[0]?.ended === true);
  serverSides[0]?.socket.write('still');
  await eventually(() => client.received.endsWith('still'));
  expect(client.ended).toBe(false);
});

test('a black hole: silent for ever, not closed; new connections pass', async () => {
  const client = open();
  await talk(client, 'before');
  client.received = '';
  proxy.blackHole();
  client.socket.write('into nothing');
  await talk(open(), 'beside it');
  client.socket.destroy();
  await eventually(() => client.closed);
  await talk(open(), 'and after it');
  expect([client.received, serverSides[0]?.ended, serverSides[0]?.socket.destroyed]).toEqual([
    '',
    false,
    false,
  ]);
});
