import { AppError } from '@liaison/kernel';
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { eventually } from './wait';

/** Below the range that systems hand out to outgoing connections, so that nobody takes one before its server does. */
const LOWEST = 15_000;
const HIGHEST = 30_000;
const handedOut = new Set<number>();

/** A port of 127.0.0.1 that nobody listens on; never the same one twice in a process. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(LOWEST, HIGHEST);
    if (handedOut.has(port) || !(await isPortFree(port))) continue;
    handedOut.add(port);
    return port;
  }
}

/**
 * Gives a predecessor that is being stopped two seconds to let go.
 * @throws AppError `port-in-use`
 */
export async function requireFreePort(port: number, forWhat: string): Promise<void> {
  if (!(await eventually(() => isPortFree(port), 2000))) throw portInUse(port, forWhat);
}

export function portInUse(port: number, forWhat: string): AppError {
  return new AppError(
    'port-in-use',
    `Port ${port} (${forWhat}) is in use. Stop what listens there, or set LIAISON_PORT_BASE to move all ports.`,
  );
}

function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}
