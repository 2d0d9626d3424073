import { spawn } from 'node:child_process';
import { createServer } from 'node:net';

const OFFSETS = [0, 1, 2, 3, 4, 5, 6, 7, 50, 60];
const LONGEST_MS = 240_000;

export interface NpmCommand {
  readonly stdout: string;
  readonly stderr: string;
  readonly running: boolean;
  /** With every process that it started; null where a signal ended it. */
  readonly ended: Promise<number | null>;
  /** As Ctrl-C in a terminal: to it and to what it started. */
  interrupt(): void;
}

/** `npm <args>` in the repository, in a process group of its own, killed after 4 minutes. */
export function startNpm(
  args: readonly string[],
  { cwd, env }: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): NpmCommand {
  const child = spawn('npm', args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.stderr += text));
  const signal = (name: NodeJS.Signals): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, name);
    } catch {
      // It has ended.
    }
  };
  let running = true;
  const limit = setTimeout(() => signal('SIGKILL'), LONGEST_MS);
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  }).finally(() => {
    running = false;
    clearTimeout(limit);
  });
  return {
    get stdout() {
      return said.stdout;
    },
    get stderr() {
      return said.stderr;
    },
    get running() {
      return running;
    },
    ended,
    interrupt: () => signal('SIGINT'),
  };
}

/** For LIAISON_PORT_BASE: nobody listens on the ports that a system uses from there. */
export async function freePortBase(): Promise<number> {
  for (let tries = 0; tries < 50; tries++) {
    // Below the ports that Linux gives to outgoing connections.
    const base = 20_000 + Math.floor(Math.random() * 10_000);
    const free = await Promise.all(OFFSETS.map((offset) => isFree(base + offset)));
    if (free.every(Boolean)) return base;
  }
  throw new Error('no block of free ports');
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
