import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  createServiceDatabase,
  freePort,
  startStack,
  superviseProcess,
  type SupervisedProcess,
} from '@liaison/local-stack';
import { administratorOf, type Broker } from '@liaison/messaging';
import { aNotice, eventually } from '@liaison/testing';
import { query } from '../books';
import { type Accepted, newName, startClients, untilAccepted } from '../load';
import { root, type System } from '../system';
import { readTopic } from '../topic';
import { patiently } from './faults/processes';
import type { FaultKind } from './plan';
import type { Target, Victim } from './target';
import { layWires } from './wiring';

export const USUAL_SERVICES: readonly string[] = ['sender', 'receiver'];

/** It has no clock to set, and nobody wrote it to run twice. */
export const USUAL_FAULTS: readonly FaultKind[] = [
  'kill-service',
  'pause-service',
  'kill-broker',
  'pause-broker',
  'kill-postgres',
  'kill-backend',
  'pause-postgres',
  'delay',
  'stall',
  'cut',
  'half-close',
  'rolling-restart',
];

/** What the bench's programs of that name listen to. */
const CLIENT_ID = 'campaign';
const TOPIC = 'bench.usual';
/** Longer than the transport takes to begin again with what the broker holds. */
const SETTLE_MS = 60_000;
const PACE_MS = 100;
const ATTEMPT_MS = 3000;
/**
 * What most teams write (Nest's own Kafka transport, a `save` and an `emit` a request, a `save` an event), as the bench
 * has it: the same campaign has to find it wanting, else it could find nothing.
 */
export async function startUsual(options: {
  readonly dataDir: string;
  readonly brokers: 1 | 3;
}): Promise<Target> {
  const { dataDir, brokers } = options;
  mkdirSync(dataDir, { recursive: true });
  delete process.env['KAFKA_BROKERS'];
  const wiring = await layWires(USUAL_SERVICES, brokers);
  const stack = await startStack({
    root,
    dataDir,
    broker: 'kafka',
    services: [],
    ports: 'free',
    kafka: { brokers, doors: wiring.doors },
    prepareBroker: async (access) => {
      const broker = administratorOf(access, CLIENT_ID);
      await broker.connect();
      await broker.createTopics([{ name: TOPIC, partitions: 3 }]).finally(() => broker.disconnect());
    },
    report: () => undefined,
  });
  const { kafka, postgres, broker } = stack;
  if (!kafka || broker.kind !== 'kafka') throw new Error('there is no Kafka of our own');
  const databaseUrl = (service: string): string => {
    const url = new URL(postgres.adminUrl);
    url.pathname = `/usual_${service}`;
    return url.href;
  };
  const start = async (service: string, env: Record<string, string>, readyUrl?: string): Promise<Victim> => {
    const { migrateUrl } = await createServiceDatabase(postgres.adminUrl, `usual_${service}`);
    const logFile = join(dataDir, 'logs', `${service}.log`);
    const launch = (): Promise<SupervisedProcess> =>
      superviseProcess({
        name: service,
        command: process.execPath,
        args: ['--enable-source-maps', join(root, 'bench', 'dist', 'usual', `${service}-main.js`)],
        env: wiring.rewire(service, {
          DATABASE_URL: migrateUrl,
          KAFKA_USERNAME: broker.admin.username,
          KAFKA_PASSWORD: broker.admin.password,
          ...env,
        }),
        logFile,
        stopTimeoutMs: ATTEMPT_MS,
        ...(readyUrl === undefined ? { readyLine: 'ready' } : { readyUrl }),
      });
    let running = await patiently(launch);
    return {
      name: service,
      logFile,
      databaseUrl: databaseUrl(service),
      get running() {
        return running.running;
      },
      kill: (signal) => running.kill(signal),
      exited: async () => void (await running.exited),
      restart: async () => {
        await running.stop();
        running = await launch();
      },
    };
  };
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/notices`;
  const services = [await start('receiver', {}), await start('sender', { PORT: String(port) }, url)];
  return {
    dataDir,
    services,
    kafka,
    postgres,
    proxies: (service, server) => wiring.proxies(service, server),
    setClock: () => undefined,
    startTwin: async () => Promise.reject(new Error('not for two')),
    backUp: async () => Promise.reject(new Error('nothing there knows what to do after a restore')),
    startLoad: () => startClients(() => issue(url), { paceMs: PACE_MS }),
    // Nobody there knows what is under way: the check waits until nothing changes any more.
    settle: async () => undefined,
    check: async (accepted) => {
      const connectBroker = async (): Promise<Broker> => {
        const administrator = administratorOf(broker, CLIENT_ID);
        await administrator.connect();
        return administrator;
      };
      const sent = await untilStored({ connectBroker }, databaseUrl('receiver'));
      const stored = await query<Stored>(databaseUrl('receiver'), STORED);
      const found = compare(accepted, sent, stored);
      if (found.length > 0) throw new Error(found.join('\n'));
    },
    stop: async ({ keepFolder }) => {
      for (const service of services) {
        service.kill('SIGKILL');
        await service.exited();
      }
      await stack.stop();
      await wiring.close();
      if (!keepFolder) rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function issue(url: string): Promise<Accepted> {
  const familyName = newName();
  const body = JSON.stringify(aNotice({ civilStatus: { declared: { familyName } } }));
  return untilAccepted(familyName, [], async () => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      signal: AbortSignal.timeout(ATTEMPT_MS),
    });
    return {
      status: response.status,
      headers: response.headers,
      body: (await response.json()) as { id: string },
    };
  });
}

interface Stored {
  readonly id: string;
  readonly times: number;
}

/** Gives the receiver time for what the broker holds. @returns the ids that it holds */
async function untilStored(system: Pick<System, 'connectBroker'>, receiverUrl: string): Promise<Set<string>> {
  const messages = await readTopic(system, TOPIC);
  const sent = new Set(messages.map(({ value }) => (JSON.parse(value.toString()) as { id: string }).id));
  await eventually(
    async () => {
      const ids = new Set((await query<Stored>(receiverUrl, STORED)).map(({ id }) => id));
      return [...sent].every((id) => ids.has(id));
    },
    { timeoutMs: SETTLE_MS, everyMs: 200 },
    // What is late by then is told by the comparison.
  ).catch(() => undefined);
  return sent;
}

/** By the id that the sender answered with: what a client asked twice for is its own, and not the transport's doing. */
function compare(
  accepted: readonly Accepted[],
  sent: ReadonlySet<string>,
  stored: readonly Stored[],
): string[] {
  const times = new Map(stored.map((row) => [row.id, row.times]));
  const missing = accepted.filter(({ id }) => !times.has(id));
  const counts = {
    'LOST: accepted, and neither on the broker nor stored': missing.filter(({ id }) => !sent.has(id)).length,
    'LATE: on the broker, and not stored': missing.filter(({ id }) => sent.has(id)).length,
    'DOUBLED: stored more than once': stored.filter((row) => row.times > 1).length,
  };
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([what, count]) => `${what}: ${count} of ${accepted.length} notices`);
}

const STORED = `SELECT "noticeId" AS id, count(*)::int AS times FROM received_notice GROUP BY 1 ORDER BY 1`;
