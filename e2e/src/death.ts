import { readFileSync } from 'node:fs';
import { inboxTopic } from '@liaison/contracts';
import { type Crash, crashAt, crashLine, eventually } from '@liaison/testing';
import { Client } from 'pg';
import { query } from './books';
import type { ServiceName, System } from './system';

const PATIENCE = { timeoutMs: 30_000, everyMs: 50 };

/**
 * Restarts a service so that it is killed at an exact line, by what waits for it already or by what is asked of it then,
 * and waits until it is. What waits may kill it before it is ready.
 */
export async function dieAt(
  system: System,
  service: ServiceName,
  crash: Crash,
  ask: () => Promise<unknown> = () => Promise.resolve(),
): Promise<void> {
  const victim = system.service(service);
  const deaths = (): number => readFileSync(victim.logFile, 'utf8').split(crashLine(crash)).length - 1;
  const before = deaths();
  await passLeases(system, service);
  await victim.restart(crashAt(crash)).catch((error: unknown) => {
    if (deaths() === before) throw error;
  });
  await ask();
  await eventually(() => {
    expect([victim.running, deaths()]).toEqual([false, before + 1]);
  }, PATIENCE);
}

/**
 * Kills a service in the middle of what it is asked: everything is written but what goes into these tables, and nothing is
 * committed.
 */
export async function dieInside(
  system: System,
  service: ServiceName,
  tables: readonly string[],
  asks: readonly (() => Promise<unknown>)[],
): Promise<void> {
  const victim = system.service(service);
  const url = system.databaseUrl(service);
  const holder = new Client({ connectionString: url });
  await holder.connect();
  try {
    await holder.query('BEGIN');
    // Whoever writes waits; whoever reads or locks rows does not.
    await holder.query(`LOCK TABLE ${tables.join(', ')} IN SHARE MODE`);
    const answers = Promise.allSettled(asks.map((ask) => ask()));
    await eventually(async () => {
      const waiting = `SELECT DISTINCT pid FROM pg_locks WHERE relation = ANY ($1::regclass[]) AND NOT granted`;
      expect(await query(url, waiting, [tables])).toHaveLength(asks.length);
    }, PATIENCE);
    victim.kill('SIGKILL');
    await victim.exited();
    for (const { status } of await answers) expect(status).toBe('rejected');
  } finally {
    await holder.query('ROLLBACK');
    await holder.end();
  }
  // Its connections learn that it is dead, and roll back.
  const left = `SELECT FROM pg_stat_activity
                 WHERE datname = current_database() AND backend_type = 'client backend'
                   AND xact_start IS NOT NULL AND pid <> pg_backend_pid()`;
  await eventually(async () => {
    expect(await query(url, left)).toEqual([]);
  }, PATIENCE);
}

/**
 * What is asked leaves one service for another, and each of the two dies wherever that can hurt: before it is frozen, before it is
 * published, before that is marked; whoever is told with it in its hands. Both run again afterwards.
 * @param ask everything that it asks is committed before the first of it leaves: then it goes in one batch
 */
export async function dieOnTheWay(
  system: System,
  {
    by,
    told,
    ask,
  }: { readonly by: ServiceName; readonly told: ServiceName; readonly ask: () => Promise<unknown> },
): Promise<void> {
  const topic = inboxTopic(system.service(told).agencyId);
  await takeLanes(system, by, topic);
  await dieAt(system, by, { stage: 'prepared', topic }, async () => {
    await ask();
    await giveLanes(system, by);
  });
  await dieAt(system, by, { stage: 'frozen', topic });
  await Promise.all([
    dieAt(system, told, { stage: 'received', topic }),
    dieAt(system, by, { stage: 'published', topic }),
  ]);
  await Promise.all([revive(system, by), revive(system, told)]);
}

/** Starts it again after all of that. */
export async function revive(system: System, service: ServiceName): Promise<void> {
  await passLeases(system, service);
  await system.service(service).restart();
}

/** Another process of the agency has these lanes: nobody else sends anything to that topic, until `giveLanes`. */
export async function takeLanes(system: System, service: ServiceName, topic: string): Promise<void> {
  // A lane is made on first use, and only what is there can be taken.
  await query(
    system.databaseUrl(service),
    `INSERT INTO messaging.lane (topic, partition) SELECT $1, generate_series(0, 2) ON CONFLICT DO NOTHING`,
    [topic],
  );
  await query(
    system.databaseUrl(service),
    `UPDATE messaging.lane SET holder = $2, token = token + 1, lease_until = clock_timestamp() + interval '1 hour'
      WHERE topic = $1`,
    [topic, ANOTHER],
  );
}

export async function giveLanes(system: System, service: ServiceName): Promise<void> {
  await query(
    system.databaseUrl(service),
    `UPDATE messaging.lane SET holder = NULL, lease_until = NULL WHERE holder = $1`,
    [ANOTHER],
  );
}

const ANOTHER = 'another process of the agency';

/**
 * Stops what still runs of it and lets the time pass in which a dead process keeps its lanes, and its place among the
 * consumers. That nobody takes them before is other suites' to show.
 */
async function passLeases(system: System, service: ServiceName): Promise<void> {
  const victim = system.service(service);
  await victim.stop();
  await query(
    system.databaseUrl(service),
    `UPDATE messaging.lane SET lease_until = clock_timestamp() - interval '1 second'
      WHERE lease_until IS NOT NULL AND holder <> $1`,
    [ANOTHER],
  );
  if (system.broker.kind !== 'embedded') return;
  const group = `liaison.${victim.agencyId}`;
  await query(system.broker.adminUrl, 'DELETE FROM broker.member WHERE group_name = $1', [group]);
  await query(
    system.broker.adminUrl,
    `UPDATE broker.membership SET lease_until = clock_timestamp() - interval '1 second' WHERE group_name = $1`,
    [group],
  );
}
