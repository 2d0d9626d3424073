import { AppError } from '@liaison/kernel';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ensureSecret, ensureWritableFolder } from './data-folder';
import { lockFolder } from './folder-lock';
import { demoDirectoryFile } from './demo-services';
import type { Kafka } from './kafka';
import type { Oidc } from './oidc';
import { OIDC_AUDIENCE } from './oidc-accounts';
import type { Postgres } from './postgres';
import type { ServiceDatabase } from './service-database';
import type { BrokerAccess, KafkaCluster } from './stack-broker';
import { choosePorts } from './stack-ports';
import { logFile, type RunningServers, startServers } from './stack-servers';
import { requireBuilt, type RunningService, type ServiceSpec, startService } from './stack-service';
import { type Report, step } from './steps';

export interface StackOptions {
  /** Root of the repository: `conventions/` is there. */
  readonly root: string;
  /** Default `<root>/config/directory.demo.yaml`. */
  readonly directoryFile?: string;
  /** Default LIAISON_DATA_DIR, else `<root>/.liaison/data`. */
  readonly dataDir?: string;
  readonly broker: 'embedded' | 'kafka';
  readonly services: readonly ServiceSpec[];
  /** Removes what an earlier run made in the data folder. */
  readonly fresh?: boolean;
  /** `free`: any free ports (tests). Default: the block at LIAISON_PORT_BASE, 4100. */
  readonly ports?: 'default' | 'free';
  /** Of the Kafka that is ours. */
  readonly kafka?: KafkaCluster;
  /** See PostgresOptions. */
  readonly durable?: boolean;
  /** Creates topics and ACLs: after the broker, before any service. */
  readonly prepareBroker?: (access: BrokerAccess) => Promise<void>;
  /** For every service. */
  readonly env?: Readonly<Record<string, string>>;
  /** The last word on what a service is told, such as to reach its servers through a proxy. */
  readonly rewire?: (service: string, env: Readonly<Record<string, string>>) => Record<string, string>;
  readonly report?: Report;
}

export interface Stack {
  readonly dataDir: string;
  readonly issuer: string;
  readonly postgres: Postgres;
  readonly oidc: Oidc;
  /** Only when it is ours. */
  readonly kafka?: Kafka;
  readonly broker: BrokerAccess;
  readonly services: readonly RunningService[];
  /** @throws AppError `service-unknown` */
  service(name: string): RunningService;
  /** Services, then the rest; in under 10 s. Idempotent. */
  stop(): Promise<void>;
}

/** What a stack makes in its data folder, and so what `fresh` removes. */
const OWN_FOLDERS = ['postgres', 'kafka', 'oidc', 'secrets', 'logs', 'logs.previous'];

/**
 * Starts everything on one machine: PostgreSQL with one database a service, the broker, the OpenID provider, then each
 * service as a process of its own. When one part fails, none stays.
 * @throws AppError `already-running`, `port-in-use`, `data-folder-not-writable`, `data-folder-broken`, ...
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const dataDir = resolve(
    options.dataDir ?? process.env['LIAISON_DATA_DIR'] ?? join(options.root, '.liaison', 'data'),
  );
  ensureWritableFolder(dataDir);
  for (const spec of options.services) requireBuilt(spec);
  const release = lockFolder(dataDir);
  const running: Parts = { services: [] };
  try {
    return await startParts(options, dataDir, running, () => stopParts(running).finally(release));
  } catch (error) {
    await stopParts(running);
    release();
    throw error;
  }
}

/** What runs so far, so that a failure half-way can stop it. */
interface Parts extends RunningServers {
  readonly services: RunningService[];
}

async function startParts(
  options: StackOptions,
  dataDir: string,
  running: Parts,
  stop: () => Promise<void>,
): Promise<Stack> {
  prepareFolders(dataDir, options.fresh ?? false);
  const names = options.services.map(({ name }) => name);
  const ports = await choosePorts(options.ports ?? 'default', names);
  const { databases, oidc, broker, postgres } = await startServers(options, { dataDir, ports, running });

  const { prepareBroker } = options;
  if (prepareBroker) await step('topics', () => prepareBroker(broker), options.report);

  const starting = options.services.map(async (spec) => {
    const database = databaseOf(databases, spec.name);
    const own = serviceEnvironment(options, { spec, dataDir, database, broker, issuer: oidc.issuer });
    const env = options.rewire?.(spec.name, own) ?? own;
    const place = {
      port: ports.services.get(spec.name) ?? 0,
      logFile: logFile(dataDir, spec.name),
      database,
      env,
    };
    running.services.push(await step(spec.name, () => startService(spec, place), options.report));
  });
  await Promise.allSettled(starting);
  await Promise.all(starting);
  const services = names.map((name) => serviceOf(running.services, name));
  return {
    dataDir,
    issuer: oidc.issuer,
    postgres,
    oidc,
    ...(running.kafka && { kafka: running.kafka }),
    broker,
    services,
    service: (name) => serviceOf(services, name),
    stop,
  };
}

async function stopParts({ services, postgres, oidc, kafka }: Parts): Promise<void> {
  await Promise.all(services.map((service) => service.stop()));
  await Promise.all([oidc?.stop(), kafka?.stop(), postgres?.stop()]);
}

function prepareFolders(dataDir: string, fresh: boolean): void {
  if (fresh) {
    for (const folder of OWN_FOLDERS) rmSync(join(dataDir, folder), { recursive: true, force: true });
  }
  const logs = join(dataDir, 'logs');
  if (existsSync(logs)) {
    rmSync(`${logs}.previous`, { recursive: true, force: true });
    renameSync(logs, `${logs}.previous`);
  }
  mkdirSync(logs);
  mkdirSync(join(dataDir, 'secrets'), { recursive: true, mode: 0o700 });
}

function serviceEnvironment(
  options: StackOptions,
  {
    spec,
    dataDir,
    database,
    broker,
    issuer,
  }: {
    readonly spec: ServiceSpec;
    readonly dataDir: string;
    readonly database: ServiceDatabase;
    readonly broker: BrokerAccess;
    readonly issuer: string;
  },
): Record<string, string> {
  return {
    AGENCY_ID: spec.agencyId,
    LIAISON_ENV: 'development',
    DATABASE_URL_MIGRATE: database.migrateUrl,
    DATABASE_URL_INGEST: database.ingestUrl,
    DATABASE_URL_SERVE: database.serveUrl,
    MIGRATE_AT_START: 'true',
    ...brokerEnvironment(broker, spec.agencyId),
    OIDC_ISSUER: issuer,
    OIDC_AUDIENCE,
    DIRECTORY_FILE: options.directoryFile ?? demoDirectoryFile(options.root),
    CONVENTIONS_DIR: join(options.root, 'conventions'),
    AGENT_PSEUDONYM_KEY: ensureSecret(join(dataDir, 'secrets', `pseudonyms-${spec.agencyId}`)),
    WEBHOOK_SECRETS_KEY: ensureSecret(join(dataDir, 'secrets', `webhooks-${spec.agencyId}`)),
    ...options.env,
  };
}

function brokerEnvironment(broker: BrokerAccess, agencyId: string): Record<string, string> {
  if (broker.kind === 'embedded') {
    return { BROKER: 'embedded', EMBEDDED_BROKER_URL: broker.urls.get(agencyId) ?? '' };
  }
  const user = broker.users.get(agencyId) ?? broker.admin;
  const login = { KAFKA_USERNAME: user.username, KAFKA_PASSWORD: user.password };
  return { BROKER: 'kafka', KAFKA_BROKERS: broker.brokers.join(','), ...login };
}

function databaseOf(databases: ReadonlyMap<string, ServiceDatabase>, service: string): ServiceDatabase {
  const database = databases.get(service);
  if (database) return database;
  throw new AppError('service-unknown', `There is no database for ${service}.`);
}

function serviceOf(services: readonly RunningService[], name: string): RunningService {
  const service = services.find((candidate) => candidate.name === name);
  if (service) return service;
  throw new AppError(
    'service-unknown',
    `There is no service ${name}: ${services.map((it) => it.name).join(', ')}.`,
  );
}
