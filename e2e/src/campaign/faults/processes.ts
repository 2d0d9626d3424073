import { query } from '../../books';
import { type Target, type Victim, victimOf } from '../target';
import { awake, type Undo } from './undo';

const PATIENCE_MS = 60_000;

/** SIGKILL; its supervisor starts it again. */
export async function killService(target: Target, service: string): Promise<Undo> {
  const victim = victimOf(target, service);
  victim.kill('SIGKILL');
  await victim.exited();
  return () => supervise(victim);
}

/** SIGSTOP: it holds its connections, locks and leases, and does nothing. */
export async function pauseService(target: Target, service: string): Promise<Undo> {
  const victim = victimOf(target, service);
  victim.kill('SIGSTOP');
  return async () => victim.kill('SIGCONT');
}

export async function killBroker({ kafka }: Target, broker: number): Promise<Undo> {
  await kafka.kill(broker);
  return () => kafka.restart(broker);
}

export async function pauseBroker({ kafka }: Target, broker: number): Promise<Undo> {
  return freeze([kafka.pids[broker] ?? 0]);
}

/** SIGKILL to the postmaster. */
export async function killPostgres({ postgres }: Target): Promise<Undo> {
  await postgres.kill();
  return () => postgres.restart();
}

/** SIGKILL to a session: the postmaster ends all the others and recovers. */
export async function killBackend(target: Target, service: string): Promise<Undo> {
  for (const pid of (await sessionsOf(target, service)).slice(0, 1)) signal(pid, 'SIGKILL');
  return () => awake(target.postgres);
}

/** SIGSTOP to one session: what it has locked stays locked. */
export async function pauseBackend(target: Target, service: string): Promise<Undo> {
  return freeze((await sessionsOf(target, service)).slice(0, 1));
}

/** SIGSTOP to the whole server: it accepts connections, and says nothing. */
export async function pausePostgres(target: Target): Promise<Undo> {
  const { adminUrl, pid } = target.postgres;
  const sessions = await query<{ pid: number }>(
    adminUrl,
    'SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()',
  );
  return freeze([pid, ...sessions.map((it) => it.pid)]);
}

/** Starts it again until it is ready, as whatever supervises it would. */
export function supervise(victim: Victim): Promise<void> {
  return patiently(() => victim.restart());
}

/** A process that starts finds its servers away, too, at times: it is started again. */
export async function patiently<T>(start: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await start();
    } catch (error) {
      if (performance.now() > deadline) throw error;
    }
  }
}

/** Those in a transaction first. */
async function sessionsOf(target: Target, service: string): Promise<number[]> {
  const rows = await query<{ pid: number }>(
    victimOf(target, service).databaseUrl,
    `SELECT pid FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
      ORDER BY xact_start NULLS LAST, backend_start`,
  );
  return rows.map(({ pid }) => pid);
}

function freeze(pids: readonly number[]): Undo {
  for (const pid of pids) signal(pid, 'SIGSTOP');
  return async () => {
    for (const pid of pids) signal(pid, 'SIGCONT');
  };
}

/** It may have ended meanwhile. */
function signal(pid: number, name: NodeJS.Signals): void {
  if (pid <= 1) return;
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
