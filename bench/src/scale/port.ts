import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 5;
const PATIENCE_MS = 120_000;

/** @param address `host:port` @returns when somebody listened there, in ms since the epoch */
export async function untilPortOpens(address: string): Promise<number> {
  const [host = '', port] = address.split(':');
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await sleep(POLL_MS)) {
    if (await isOpen(host, Number(port))) return performance.timeOrigin + performance.now();
  }
  throw new Error(`nobody listens on ${address} after ${PATIENCE_MS} ms`);
}

function isOpen(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const say = (answer: boolean) => () => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', say(true)).once('error', say(false));
  });
}
