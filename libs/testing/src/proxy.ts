import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export const ONE_WAYS = ['to-server', 'to-client'] as const;
export type OneWay = (typeof ONE_WAYS)[number];
/** Which bytes a stall holds back: a question that never arrives, an answer that never comes, or both. */
export const DIRECTIONS = ['both', ...ONE_WAYS] as const;
export type Direction = (typeof DIRECTIONS)[number];

/** Stands between clients and one server on this machine and does to their connections what networks do. */
export interface Proxy {
  readonly port: number;
  /** Connections that are open now. */
  readonly connections: number;
  /** Each chunk so much later; 0: at once. */
  delay(ms: number): void;
  /** Holds bytes back, of new connections too, until `release`; connections stay open. */
  stall(direction: Direction): void;
  release(): void;
  /** Resets every connection, and each new one too until `accept`. */
  cut(): void;
  accept(): void;
  /** Ends one direction of every connection, as if its sender had no more to say; the other stays open. */
  halfClose(direction: OneWay): void;
  /** Nothing more passes on what is open now, and nobody is told; new connections are not concerned. */
  blackHole(): void;
  close(): Promise<void>;
}

interface Weather {
  delayMs: number;
  refusing: boolean;
  readonly stalled: Set<OneWay>;
  /** Resolves when the stall is over. */
  released: Promise<void>;
  release: () => void;
}

interface Connection {
  readonly client: Socket;
  readonly server: Socket;
  lost: boolean;
}

const HOST = '127.0.0.1';

export async function startProxy(target: { readonly port: number }): Promise<Proxy> {
  const weather: Weather = {
    delayMs: 0,
    refusing: false,
    stalled: new Set(),
    released: Promise.resolve(),
    release: () => undefined,
  };
  const connections = new Set<Connection>();
  const listener = createServer({ allowHalfOpen: true }, (client) => {
    if (weather.refusing) return void client.resetAndDestroy();
    const server = connect({ port: target.port, host: HOST, allowHalfOpen: true });
    const connection: Connection = { client, server, lost: false };
    connections.add(connection);
    for (const socket of [client, server]) {
      socket.setNoDelay(true);
      // What one side's end was, the other hears as a reset.
      socket.on('error', () => undefined);
      socket.once('close', () => {
        if (!connection.lost) for (const side of [client, server]) side.destroy();
        if (client.destroyed && server.destroyed) connections.delete(connection);
      });
    }
    carry(connection, 'to-server', weather);
    carry(connection, 'to-client', weather);
  });
  const port = await listen(listener);
  const reset = (): void => {
    for (const { client, server } of connections) for (const side of [client, server]) side.resetAndDestroy();
  };
  return {
    port,
    get connections() {
      return connections.size;
    },
    delay: (ms) => {
      weather.delayMs = ms;
    },
    stall: (direction) => {
      for (const it of ONE_WAYS) {
        if (direction === 'both' || direction === it) weather.stalled.add(it);
      }
      weather.released = new Promise((resolve) => (weather.release = resolve));
    },
    release: () => {
      weather.stalled.clear();
      weather.release();
    },
    cut: () => {
      weather.refusing = true;
      reset();
    },
    accept: () => {
      weather.refusing = false;
    },
    halfClose: (direction) => {
      for (const { client, server } of connections) (direction === 'to-server' ? server : client).end();
    },
    blackHole: () => {
      for (const connection of connections) connection.lost = true;
    },
    close: async () => {
      weather.release();
      const closed = new Promise((resolve) => listener.close(resolve));
      reset();
      await closed;
    },
  };
}

/** One direction, chunk by chunk in order; a slow reader slows the writer. */
function carry(connection: Connection, direction: OneWay, weather: Weather): void {
  const { client, server } = connection;
  const [from, to] = direction === 'to-server' ? [client, server] : [server, client];
  const pass = async (forward: () => boolean): Promise<void> => {
    if (weather.delayMs > 0) await sleep(weather.delayMs);
    while (weather.stalled.has(direction)) await weather.released;
    if (connection.lost || !to.writable) return;
    if (!forward()) await new Promise<void>((resolve) => whenever(to, ['drain', 'close'], resolve));
  };
  let queue = Promise.resolve();
  from.on('data', (chunk: Buffer) => {
    from.pause();
    queue = queue.then(() => pass(() => to.write(chunk))).then(() => void from.resume());
  });
  from.on('end', () => {
    queue = queue.then(() =>
      pass(() => {
        to.end();
        return true;
      }),
    );
  });
}

function whenever(socket: Socket, events: readonly string[], then: () => void): void {
  for (const event of events) socket.once(event, then);
}

function listen(listener: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    listener.once('error', reject);
    listener.listen(0, HOST, () => {
      const address = listener.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
  });
}
