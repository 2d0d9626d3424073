import { existsSync } from 'node:fs';
import { AppError } from '@liaison/kernel';
import { superviseProcess, type SupervisedProcess } from './process';
import type { ServiceDatabase } from './service-database';

export interface ServiceSpec {
  /** Name of the process; its database too, with `_` for `-`. */
  readonly name: string;
  readonly agencyId: string;
  /** The JavaScript file that node runs. */
  readonly entry: string;
  /** On top of what the stack gives it. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface RunningService {
  readonly name: string;
  readonly agencyId: string;
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  readonly pid: number;
  readonly logFile: string;
  readonly database: ServiceDatabase;
  /** What it was started with. Secret. */
  readonly env: Readonly<Record<string, string>>;
  readonly running: boolean;
  kill(signal: NodeJS.Signals): void;
  /** Resolves when the process has ended. */
  exited(): Promise<void>;
  stop(): Promise<void>;
  /** Stops it if it still runs; starts it on the same port, `env` added for this run, and waits until it is ready. */
  restart(env?: Readonly<Record<string, string>>): Promise<void>;
}

const STOP_TIMEOUT_MS = 5000;

/**
 * As the container file has it, to keep a service small: its young generation is half of what Node would take (8 MB, three
 * times), and source maps, which it would read for every library too, are left out: what is built is as readable.
 */
export const SERVICE_FLAGS = ['--max-semi-space-size=8'] as const;

/** @throws AppError `not-built` */
export function requireBuilt(spec: ServiceSpec): void {
  if (!existsSync(spec.entry)) {
    throw new AppError(
      'not-built',
      `${spec.name} is not built (${spec.entry} is missing). Run npm run build.`,
    );
  }
}

/** Starts a service and waits until its `/health/ready` answers 200. */
export async function startService(
  spec: ServiceSpec,
  place: {
    readonly port: number;
    readonly logFile: string;
    readonly database: ServiceDatabase;
    readonly env: Readonly<Record<string, string>>;
  },
): Promise<RunningService> {
  const { port, logFile, database } = place;
  const url = `http://127.0.0.1:${port}`;
  const env = { ...place.env, ...spec.env, HTTP_PORT: String(port) };
  const launch = (extra: Readonly<Record<string, string>> = {}): Promise<SupervisedProcess> =>
    superviseProcess({
      name: spec.name,
      command: process.execPath,
      args: [...SERVICE_FLAGS, spec.entry],
      env: { ...env, ...extra },
      logFile,
      readyUrl: `${url}/health/ready`,
      stopTimeoutMs: STOP_TIMEOUT_MS,
    });
  let running = await launch();
  return {
    name: spec.name,
    agencyId: spec.agencyId,
    url,
    logFile,
    database,
    env,
    get pid() {
      return running.pid;
    },
    get running() {
      return running.running;
    },
    kill: (signal) => running.kill(signal),
    exited: async () => {
      await running.exited;
    },
    stop: () => running.stop(),
    restart: async (extra) => {
      await running.stop();
      running = await launch(extra);
    },
  };
}
