import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import { brokenDataFolder, ensureSecret, ensureWritableFolder, writeWhole } from './data-folder';
import { startUnlessHeld } from './held';
import { type BrokerPlace, newClusterId, serverProperties } from './kafka-config';
import { runKafkaProgram } from './kafka-java';
import { ensureKafkaJars, kafkaFolder } from './kafka-tools';
import { alterUsers, type KafkaUser, rememberUsers, scramArgument, unknownUsers } from './kafka-users';
import { freePort, portInUse, requireFreePort } from './ports';
import { StartFailure, superviseProcess, type SupervisedProcess } from './process';

/**
 * A listener of its own on each broker. Clients that come in by it are sent on to the advertised ports only, so whatever
 * listens there (a proxy) sees everything they exchange; the brokers among themselves never pass it.
 */
export interface KafkaDoor {
  /** Where the brokers listen, one a broker. */
  readonly ports: readonly number[];
  /** Where they send clients, one a broker. */
  readonly advertisedPorts: readonly number[];
}

export interface KafkaOptions {
  /** Holds the logs of the brokers, their configuration and the administrator's password (0600). */
  readonly dataDir: string;
  /** SCRAM users besides the administrator; without any ACL they may do nothing. */
  readonly users: readonly KafkaUser[];
  readonly brokers?: 1 | 3;
  /** More ways in, one behind each proxy that stands between a client and the brokers. */
  readonly doors?: readonly KafkaDoor[];
  /** Client ports, one a broker; absent or 0: free ones. Kept over `restart`. */
  readonly ports?: readonly number[];
  /** Where the jars are kept (default: `defaultKafkaCache()`). */
  readonly cacheDir?: string;
  /** Removes an earlier cluster first. */
  readonly fresh?: boolean;
  /** Default `kafka-<n>.log` in the data folder, `<n>` from 1. */
  readonly logDir?: string;
}

export interface Kafka {
  /** `127.0.0.1:<port>`, one a broker. */
  readonly brokers: readonly string[];
  readonly adminUser: string;
  readonly adminPassword: string;
  /** Of the first broker. */
  readonly pid: number;
  readonly pids: readonly number[];
  stop(): Promise<void>;
  /** SIGKILL to all brokers, or to one (0..). */
  kill(broker?: number): Promise<void>;
  /** Stops what still runs and starts it again on the same ports: all brokers, or one (0..). */
  restart(broker?: number): Promise<void>;
}

const ADMIN = 'admin';
/** The lock of a broker that this one's predecessor left and that is about to end. */
const STILL_HELD = /Failed to acquire lock on file/;

/**
 * A local Apache Kafka (KRaft, SCRAM-SHA-512, StandardAuthorizer) on 127.0.0.1, from its published jars. Formats its
 * storage the first time, finds it again later, and recovers after a crash (5 s after kill -9). ACLs and topics are the
 * caller's, through the administrator.
 * @throws AppError `kafka-unavailable`, `port-in-use`, `data-folder-not-writable`, `data-folder-broken`
 */
export async function startKafka(options: KafkaOptions): Promise<Kafka> {
  const dataDir = resolve(options.dataDir);
  if (options.fresh) rmSync(dataDir, { recursive: true, force: true });
  const libs = await ensureKafkaJars(options.cacheDir);
  ensureWritableFolder(dataDir);
  const admin: KafkaUser = { name: ADMIN, password: ensureSecret(join(dataDir, 'admin-password')) };
  const cluster = await places(dataDir, options);
  for (const broker of cluster) {
    writeWhole(propertiesFile(dataDir, broker), serverProperties(broker, cluster, admin));
  }
  await ensureFormatted(dataDir, libs, cluster, [admin, ...options.users]);

  const launch = (broker: BrokerPlace): Promise<SupervisedProcess> =>
    launchBroker(broker, { dataDir, libs, single: cluster.length === 1, logDir: options.logDir ?? dataDir });
  const running = await launchAll(cluster, launch);

  const brokers = cluster.map(({ port }) => `127.0.0.1:${port}`);
  const news = unknownUsers(dataDir, options.users);
  if (news.length > 0) {
    await alterUsers({ libs, dataDir, bootstrap: brokers.join(','), admin, users: news });
    rememberUsers(dataDir, [admin, ...options.users]);
  }

  const chosen = (index?: number): SupervisedProcess[] =>
    index === undefined ? running : running.slice(index, index + 1);
  const pids = (): number[] => running.map((broker) => broker.pid);
  return {
    brokers,
    adminUser: admin.name,
    adminPassword: admin.password,
    get pid() {
      return pids()[0] ?? 0;
    },
    get pids() {
      return pids();
    },
    stop: async () => {
      await Promise.all(running.map((broker) => broker.stop()));
    },
    kill: async (index) => {
      for (const broker of chosen(index)) broker.kill('SIGKILL');
      await Promise.all(chosen(index).map((broker) => broker.exited));
    },
    restart: async (index) => {
      await Promise.all(chosen(index).map((broker) => broker.stop()));
      const first = index ?? 0;
      const restarted = await launchAll(
        index === undefined ? cluster : cluster.slice(index, index + 1),
        launch,
      );
      running.splice(first, restarted.length, ...restarted);
    },
  };
}

async function places(dataDir: string, options: KafkaOptions): Promise<readonly BrokerPlace[]> {
  const cluster: BrokerPlace[] = [];
  for (let id = 1; id <= (options.brokers ?? 1); id++) {
    const port = options.ports?.[id - 1] || (await freePort());
    await requireFreePort(port, 'Kafka');
    const doors = (options.doors ?? []).map(({ ports, advertisedPorts }) => ({
      port: ports[id - 1] ?? 0,
      advertisedPort: advertisedPorts[id - 1] ?? 0,
    }));
    const logDir = join(dataDir, `broker-${id}`);
    cluster.push({ id, port, controllerPort: await freePort(), logDir, doors });
  }
  return cluster;
}

/** `formatted` is written last: without it, whatever a format left behind is made again. */
async function ensureFormatted(
  dataDir: string,
  libs: string,
  cluster: readonly BrokerPlace[],
  users: readonly KafkaUser[],
): Promise<void> {
  const mark = join(dataDir, 'formatted');
  if (existsSync(mark)) {
    const size = Number(readFileSync(mark, 'utf8'));
    if (size === cluster.length) return;
    throw brokenDataFolder(
      dataDir,
      `it is of a cluster of ${size} broker(s), and ${cluster.length} were asked for`,
    );
  }
  const id = newClusterId();
  const scram = users.flatMap((user) => ['--add-scram', scramArgument(user)]);
  for (const broker of cluster) {
    rmSync(broker.logDir, { recursive: true, force: true });
    mkdirSync(broker.logDir, { recursive: true });
    const args = ['format', '-t', id, '-c', propertiesFile(dataDir, broker), ...scram];
    await runKafkaProgram({ libs, program: 'kafka.tools.StorageTool', args, workDir: dataDir });
  }
  rememberUsers(dataDir, users);
  writeWhole(mark, String(cluster.length));
}

/** A quorum forms only when most of them run, so they start together; when one fails, none stays. */
async function launchAll(
  cluster: readonly BrokerPlace[],
  launch: (broker: BrokerPlace) => Promise<SupervisedProcess>,
): Promise<SupervisedProcess[]> {
  const results = await Promise.allSettled(cluster.map(launch));
  const failure = results.find((result) => result.status === 'rejected');
  const started = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  if (failure === undefined) return started;
  await Promise.all(started.map((broker) => broker.stop()));
  throw failure.reason;
}

async function launchBroker(
  broker: BrokerPlace,
  context: {
    readonly dataDir: string;
    readonly libs: string;
    readonly single: boolean;
    readonly logDir: string;
  },
): Promise<SupervisedProcess> {
  const heap = context.single ? ['-Xms256m', '-Xmx512m'] : ['-Xms256m', '-Xmx256m'];
  const logging = `-Dlog4j2.configurationFile=${join(kafkaFolder, 'log4j2.properties')}`;
  const server = ['-cp', join(context.libs, '*'), 'kafka.Kafka', propertiesFile(context.dataDir, broker)];
  try {
    return await startUnlessHeld(STILL_HELD, () =>
      superviseProcess({
        name: context.single ? 'Kafka' : `Kafka broker ${broker.id}`,
        command: 'java',
        args: [...heap, logging, ...server],
        cwd: broker.logDir,
        logFile: join(context.logDir, `kafka-${broker.id}.log`),
        stopTimeoutMs: 4000,
        // Three Java processes at once on a machine that is busy with other things.
        readyTimeoutMs: 180_000,
        readyLine: 'Kafka Server started',
        ready: () => acceptsConnections(broker.port),
      }),
    );
  } catch (error) {
    if (!(error instanceof StartFailure) || error.code !== 'process-died') throw error;
    if (error.tail.some((line) => /Address already in use/.test(line))) throw portInUse(broker.port, 'Kafka');
    throw brokenDataFolder(context.dataDir, error.message);
  }
}

function acceptsConnections(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' }, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

function propertiesFile(dataDir: string, broker: BrokerPlace): string {
  return join(dataDir, `server-${broker.id}.properties`);
}
