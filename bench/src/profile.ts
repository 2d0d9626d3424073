import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { withClient } from '@liaison/local-stack';
import Table from 'cli-table3';
import type { Environment } from './environment';
import { liaison } from './liaison';
import { measureThroughput } from './measure';
import type { Settings } from './settings';

const SETTLE_MS = 500;
const ROWS = 25;

interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/**
 * Where (c) spends its time: CPU profiles of the services, kept in the bench's data folder for the browser's developer
 * tools, and what PostgreSQL was asked. Its throughput is lower than without, and no figure for anything else.
 */
export async function profile(
  environment: Environment,
  settings: Settings,
  say: (line: string) => void,
): Promise<string> {
  const { stack } = environment;
  const folder = join(stack.dataDir, 'profiles');
  mkdirSync(folder, { recursive: true });
  const admin = environment.databaseUrl('postgres');
  await withClient(admin, (client) =>
    client.query("ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'"),
  );
  await stack.postgres.restart();
  await withClient(admin, (client) => client.query('CREATE EXTENSION pg_stat_statements'));
  const preload = `--require ${join(__dirname, 'cpu-profile.js')}`;
  const running = await liaison(environment, { NODE_OPTIONS: preload, CPU_PROFILE_DIR: folder }).start();
  try {
    await measureThroughput(running, { ...settings, events: settings.warmUp });
    await withClient(admin, (client) => client.query('SELECT pg_stat_statements_reset()'));
    for (const service of stack.services) service.kill('SIGCONT');
    await sleep(SETTLE_MS);
    const { committedPerSecond } = await measureThroughput(running, settings);
    say(`while profiled: ${committedPerSecond.toFixed(0)}/s`);
    const sections = [];
    for (const service of stack.services) {
      service.kill('SIGCONT');
      const file = join(folder, `${service.name}.cpuprofile`);
      await moveWhenWritten(join(folder, `${service.pid}.cpuprofile`), file);
      sections.push(hottest(service.name, file, settings.events));
    }
    return [...sections, await statements(admin, settings.events), `profiles: ${folder}`].join('\n');
  } finally {
    await running.stop();
  }
}

async function moveWhenWritten(from: string, to: string): Promise<void> {
  while (!existsSync(from)) await sleep(50);
  await sleep(SETTLE_MS);
  renameSync(from, to);
}

/** Self time by package and by function, in microseconds an event. */
function hottest(service: string, file: string, events: number): string {
  const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(file, 'utf8')) as CpuProfile;
  const byId = new Map(nodes.map((node) => [node.id, node.callFrame]));
  const packages = new Map<string, number>();
  const functions = new Map<string, number>();
  samples.forEach((id, index) => {
    const frame = byId.get(id);
    const micros = (timeDeltas[index] ?? 0) / events;
    if (!frame || frame.functionName === '(idle)') return;
    const place = placeOf(frame.url);
    packages.set(place, (packages.get(place) ?? 0) + micros);
    const name = `${frame.functionName || '(anonymous)'} ${place}:${frame.lineNumber + 1}`;
    functions.set(name, (functions.get(name) ?? 0) + micros);
  });
  const total = [...packages.values()].reduce((sum, micros) => sum + micros, 0);
  return [
    `${service}: ${total.toFixed(0)} µs an event`,
    ranked('package', packages),
    ranked('function', functions),
  ].join('\n');
}

/** `node:internal/...` as node, `node_modules/<package>`, or the project's folder. */
function placeOf(url: string): string {
  const [, scoped] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url) ?? [];
  if (scoped) return scoped;
  const [, project] = /\/((?:apps|libs)\/[^/]+)\/dist\//.exec(url) ?? [];
  if (project) return `${project}/${url.slice(url.lastIndexOf('/') + 1)}`;
  return url.startsWith('node:') ? 'node' : url === '' ? 'V8' : url;
}

function ranked(head: string, values: ReadonlyMap<string, number>): string {
  const table = new Table({ head: [head, 'µs an event'], style: { head: [], border: [] } });
  const rows = [...values].sort(([, a], [, b]) => b - a).slice(0, ROWS);
  for (const [name, micros] of rows) table.push([name, micros.toFixed(1)]);
  return table.toString();
}

async function statements(admin: string, events: number): Promise<string> {
  const { rows } = await withClient(admin, (client) =>
    client.query<{ database: string; query: string; calls: string; ms: number }>(
      `SELECT d.datname AS database, regexp_replace(s.query, '\\s+', ' ', 'g') AS query, s.calls, s.total_exec_time AS ms
         FROM pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid
        WHERE d.datname IN ('police', 'prefecture', 'audit_log')
        ORDER BY s.total_exec_time DESC LIMIT 40`,
    ),
  );
  const table = new Table({
    head: ['database', 'statement', 'calls an event', 'µs an event'],
    style: { head: [], border: [] },
  });
  for (const { database, query, calls, ms } of rows) {
    table.push([
      database,
      query.slice(0, 90),
      (Number(calls) / events).toFixed(3),
      ((ms * 1000) / events).toFixed(1),
    ]);
  }
  return table.toString();
}
