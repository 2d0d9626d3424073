import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunningService } from '@liaison/local-stack';
import { eventually } from '@liaison/testing';
import { query } from '../books';
import { expectDeliveredOnce } from '../checker';
import { findInDatabases, findInLogs, secretsOf } from '../leaks';
import { startLoad } from '../load';
import { MARK } from '../marked-notice';
import { CHILD_SERVICES, root, type ServiceName, SERVICES, startSystem, type System } from '../system';
import { startTwin } from '../twin';
import { backUp } from './backup';
import { Children } from './children/children';
import { findOrderFaults } from './order-checker';
import { patiently } from './faults/processes';
import { expectWholeAfter, type Restored } from './restored-checker';
import type { Settings } from './settings';
import { canMount, mountDisk } from './small-disk';
import type { Target, Victim } from './target';
import { layWires } from './wiring';

/** Which processes run. */
export const servicesOf = (extent: Settings['services']): readonly ServiceName[] =>
  extent === 'line' ? SERVICES : [...SERVICES, ...CHILD_SERVICES];

const PACE_MS = 200;
const ATTEMPT_MS = 3000;
const SETTLE_MS = 90_000;
const UNAUTHORIZED = 401;

/** Liaison as built, each service behind proxies of its own and with a clock that can be set. */
export async function startLiaison(options: {
  readonly dataDir: string;
  readonly brokers: 1 | 3;
  readonly extent: Settings['services'];
}): Promise<Target> {
  const { dataDir, brokers, extent } = options;
  const services = servicesOf(extent);
  mkdirSync(dataDir, { recursive: true });
  const wiring = await layWires(services, brokers);
  const disk = canMount() ? mountDisk(join(dataDir, 'postgres')) : undefined;
  const clockFile = (service: string): string => join(dataDir, `clock-${service}`);
  const preload = join(root, 'e2e', 'src', 'campaign', 'clock-step.cjs');
  const release = async (): Promise<void> => {
    await wiring.close();
    disk?.unmount();
  };
  const system = await startSystem('kafka', {
    dataDir,
    services,
    kafka: { brokers, doors: wiring.doors },
    rewire: (service, env) => ({
      ...wiring.rewire(service, env),
      NODE_OPTIONS: `--require ${JSON.stringify(preload)}`,
      LIAISON_CLOCK_FILE: clockFile(service),
    }),
  }).catch(async (error: unknown) => {
    await release();
    throw error;
  });
  const { kafka, postgres } = system;
  if (!kafka) throw new Error('there is no Kafka of our own');
  // A log that is kept short leaves room on a small disk.
  await query(postgres.adminUrl, `ALTER SYSTEM SET max_wal_size = '128MB'`);
  await query(postgres.adminUrl, 'SELECT pg_reload_conf()');
  const children = extent === 'all' ? new Children(system) : undefined;
  const named = (name: string): ServiceName => {
    const found = services.find((it) => it === name);
    if (!found) throw new RangeError(`no such service: ${name}`);
    return found;
  };
  let restored: Restored | undefined;
  return {
    dataDir,
    services: services.map((name) => victim(system.service(name), system.databaseUrl(name))),
    kafka,
    postgres,
    ...(disk && { disk }),
    proxies: (service, server) => wiring.proxies(service, server),
    setClock: (service, seconds) => writeFileSync(clockFile(service), seconds === 0 ? '' : String(seconds)),
    startTwin: (service) => patiently(() => startTwin(system, named(service))),
    backUp: async (name) => {
      const service = named(name);
      const backedUpAt = performance.now();
      const backup = await backUp(postgres.adminUrl, system.service(service).database);
      return {
        restore: async () => {
          restored = { service, backedUpAt, restoredAt: performance.now() };
          await backup.restore();
        },
      };
    },
    startLoad: () => {
      const notices = startLoad(system, { paceMs: PACE_MS, timeoutMs: ATTEMPT_MS, passing: [UNAUTHORIZED] });
      return children?.beside(notices) ?? notices;
    },
    settle: () => untilNothingPends(system, services, children, restored ? FORGETTING : []),
    check: async (accepted) => {
      if (restored) await expectWholeAfter(system, restored, accepted);
      else await expectDeliveredOnce(system, accepted);
      await children?.check({ forgetful: restored !== undefined });
      const faults = [
        ...(restored ? [] : await findOrderFaults(system)),
        ...(await findInDatabases(system, [MARK])),
        ...findInLogs(system, [MARK, ...(await secretsOf(system))]),
      ];
      if (faults.length > 0) throw new Error(faults.join('\n'));
    },
    stop: async ({ keepFolder }) => {
      await system.stop();
      await release();
      if (!keepFolder) rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

function victim(service: RunningService, databaseUrl: string): Victim {
  return {
    name: service.name,
    databaseUrl,
    get running() {
      return service.running;
    },
    logFile: service.logFile,
    kill: (signal) => service.kill(signal),
    exited: () => service.exited(),
    restart: () => service.restart(),
  };
}

/** Cheap to ask, so that everything is read only when it has a chance to be whole. */
async function untilNothingPends(
  system: System,
  services: readonly ServiceName[],
  children: Children | undefined,
  allowed: readonly string[],
): Promise<void> {
  await eventually(
    async () => {
      for (const service of services) {
        const [row] = await query<Record<string, string>>(system.databaseUrl(service), PENDING);
        const pending = Object.entries(row ?? {}).filter(
          ([what, count]) => Number(count) > 0 && !allowed.includes(what),
        );
        if (pending.length > 0) {
          throw new Error(`${service}: ${pending.map(([what, count]) => `${count} ${what}`).join(', ')}`);
        }
      }
      const untold = (await children?.pending()) ?? [];
      if (untold.length > 0) throw new Error(untold.join(', '));
    },
    { timeoutMs: SETTLE_MS, everyMs: 250 },
  );
}

/** After a restore: what was said to an agency that has forgotten what it is about stays with it. The check says which. */
const FORGETTING: readonly string[] = ['cases not acknowledged', 'events not applied'];

const PENDING = `
SELECT (SELECT count(*) FROM messaging.intent) AS intents,
       (SELECT count(*) FROM messaging.lane WHERE marked_position < last_position) AS "lanes not marked",
       (SELECT count(*) FROM messaging.case_reference WHERE delivered_up_to < last_sequence) AS "cases not acknowledged",
       (SELECT count(*) FROM messaging.inbox WHERE state <> 'applied') AS "events not applied"`;
