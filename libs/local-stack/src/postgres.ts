import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Client } from 'pg';
import { brokenDataFolder } from './data-folder';
import { startUnlessHeld } from './held';
import { freePort, portInUse, requireFreePort } from './ports';
import { postgresBinaries } from './postgres-binaries';
import { ensureCluster } from './postgres-cluster';
import { asServerUser, findServerUser } from './postgres-user';
import { withClient } from './sql';
import { StartFailure, superviseProcess, type SupervisedProcess } from './process';

export interface PostgresOptions {
  /** Holds `data/` (the cluster), `admin-password` (0600) and, unless named otherwise, `postgres.log`. */
  readonly dataDir: string;
  /** 0 or absent: a free port. */
  readonly port?: number;
  /** Removes an earlier cluster first. */
  readonly fresh?: boolean;
  /** False turns fsync off, for tests that kill nothing. Default true. */
  readonly durable?: boolean;
  readonly logFile?: string;
}

export interface Postgres {
  readonly port: number;
  /** Superuser URL of the database `postgres`. Secret. */
  readonly adminUrl: string;
  /** Of the postmaster; changes with `restart`. */
  readonly pid: number;
  /** Fast shutdown. Idempotent. */
  stop(): Promise<void>;
  /** SIGKILL to the postmaster; resolves when it is gone. */
  kill(): Promise<void>;
  /** Stops it if it still runs and starts it again on the same port. */
  restart(): Promise<void>;
}

const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '64MB',
  io_method: 'sync',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // Statements and their details carry values of rows: neither belongs in a log.
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
};
const NOT_DURABLE = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

/** The last server has not let go yet: one that was killed leaves backends that end by themselves within moments. */
const STILL_HELD = /postmaster\.pid" already exists|pre-existing shared memory block/;

/**
 * One PostgreSQL server on 127.0.0.1, without Docker. Makes its cluster the first time, finds it again later, recovers
 * after a crash. It stops when this process ends, however it ends.
 * @throws AppError `port-in-use`, `data-folder-not-writable`, `data-folder-broken`, `postgres-unavailable`
 */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const dataDir = resolve(options.dataDir);
  if (options.fresh) rmSync(dataDir, { recursive: true, force: true });
  const port = options.port || (await freePort());
  await requireFreePort(port, 'PostgreSQL');
  const user = findServerUser();
  const durable = options.durable ?? true;
  const { folder, password } = await ensureCluster(dataDir, user, durable);

  const adminUrl = `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;
  const settings = { ...SETTINGS, ...(durable ? {} : NOT_DURABLE), port: String(port) };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const invocation = asServerUser(user, postgresBinaries().postgres, ['-D', folder, ...flags], [folder]);

  const launch = (): Promise<SupervisedProcess> =>
    startUnlessHeld(STILL_HELD, () =>
      superviseProcess({
        ...invocation,
        name: 'PostgreSQL',
        cwd: '/',
        env: { LC_ALL: 'C' },
        logFile: options.logFile ?? join(dataDir, 'postgres.log'),
        stopSignal: 'SIGINT',
        stopTimeoutMs: 4000,
        ready: () => accepts(adminUrl),
      }),
    ).catch((error: unknown) => {
      throw explain(error, folder, port);
    });

  let server = await launch();
  await closeToOutsiders(adminUrl);
  return {
    port,
    adminUrl,
    get pid() {
      return server.pid;
    },
    stop: () => server.stop(),
    kill: async () => {
      server.kill('SIGKILL');
      await server.exited;
    },
    restart: async () => {
      await server.stop();
      server = await launch();
    },
  };
}

function explain(error: unknown, folder: string, port: number): unknown {
  if (!(error instanceof StartFailure) || error.code !== 'process-died') return error;
  if (error.tail.some((line) => /Address already in use/.test(line))) return portInUse(port, 'PostgreSQL');
  const reason =
    error.tail.findLast((line) => /FATAL|PANIC/.test(line)) ?? error.tail.at(-1) ?? 'PostgreSQL ended';
  return brokenDataFolder(folder, reason.replace(/^.*?(FATAL|PANIC):\s*/, 'PostgreSQL says '));
}

async function accepts(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Roles of services have their own database; PostgreSQL lets everybody into these two by default. */
async function closeToOutsiders(adminUrl: string): Promise<void> {
  await withClient(adminUrl, (client) =>
    client.query('REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC'),
  );
}
