import { join } from 'node:path';
import { createBrokerDatabase } from './broker-database';
import type { Kafka } from './kafka';
import { ensureKafkaJars } from './kafka-tools';
import { type Oidc, startOidc } from './oidc';
import { type Postgres, startPostgres } from './postgres';
import { createServiceDatabase, type ServiceDatabase } from './service-database';
import {
  type BrokerAccess,
  hasOutsideKafka,
  type KafkaCluster,
  outsideKafka,
  ownKafka,
} from './stack-broker';
import type { StackPorts } from './stack-ports';
import type { ServiceSpec } from './stack-service';
import { type Report, step } from './steps';

export interface ServerOptions {
  readonly broker: 'embedded' | 'kafka';
  readonly services: readonly ServiceSpec[];
  readonly durable?: boolean;
  readonly kafka?: KafkaCluster;
  readonly report?: Report;
}

/** Servers that run so far; filled while they start. */
export interface RunningServers {
  postgres?: Postgres;
  oidc?: Oidc;
  kafka?: Kafka;
}

export interface Servers {
  readonly postgres: Postgres;
  readonly oidc: Oidc;
  /** By name of the service. */
  readonly databases: ReadonlyMap<string, ServiceDatabase>;
  readonly broker: BrokerAccess;
}

interface Place {
  readonly dataDir: string;
  readonly ports: StackPorts;
  readonly running: RunningServers;
}

const BROKER_DATABASE = 'broker';

/** PostgreSQL, the provider and Kafka start side by side: they do not need each other. */
export async function startServers(options: ServerOptions, place: Place): Promise<Servers> {
  const agencies = [...new Set(options.services.map(({ agencyId }) => agencyId))];
  const postgres = startDatabaseServer(options, place);
  const parts = [
    postgres,
    startProvider(options, place),
    postgres.then(({ adminUrl }) =>
      step('databases', () => createDatabases(adminUrl, options), options.report),
    ),
    options.broker === 'kafka'
      ? findOrStartKafka(options, place, agencies)
      : postgres.then(({ adminUrl }) => embeddedBroker(adminUrl, agencies)),
  ] as const;
  // When one fails, what the others started has to be known before it can be stopped.
  await Promise.allSettled(parts);
  const [, oidc, databases, broker] = await Promise.all(parts);
  return { postgres: await postgres, oidc, databases, broker };
}

export function logFile(dataDir: string, name: string): string {
  return join(dataDir, 'logs', `${name}.log`);
}

async function startDatabaseServer(
  options: ServerOptions,
  { dataDir, ports, running }: Place,
): Promise<Postgres> {
  const settings = { port: ports.postgres, durable: options.durable, logFile: logFile(dataDir, 'postgres') };
  const start = (): Promise<Postgres> => startPostgres({ dataDir: join(dataDir, 'postgres'), ...settings });
  return (running.postgres = await step('PostgreSQL', start, options.report));
}

async function startProvider({ report }: ServerOptions, { dataDir, ports, running }: Place): Promise<Oidc> {
  const settings = { port: ports.oidc, logFile: logFile(dataDir, 'oidc') };
  const start = (): Promise<Oidc> => startOidc({ dataDir: join(dataDir, 'oidc'), ...settings });
  return (running.oidc = await step('OpenID provider', start, report));
}

async function createDatabases(
  adminUrl: string,
  { services }: ServerOptions,
): Promise<ReadonlyMap<string, ServiceDatabase>> {
  const create = async ({ name }: ServiceSpec): Promise<[string, ServiceDatabase]> => [
    name,
    await createServiceDatabase(adminUrl, name.replaceAll('-', '_')),
  ];
  return new Map(await Promise.all(services.map(create)));
}

async function embeddedBroker(serverUrl: string, agencies: readonly string[]): Promise<BrokerAccess> {
  const { adminUrl, urls } = await createBrokerDatabase(serverUrl, BROKER_DATABASE, agencies);
  return { kind: 'embedded', adminUrl, urls };
}

async function findOrStartKafka(
  { report, kafka: cluster }: ServerOptions,
  { dataDir, ports, running }: Place,
  agencies: readonly string[],
): Promise<BrokerAccess> {
  if (hasOutsideKafka()) return outsideKafka(agencies);
  await step('jars of Kafka', () => ensureKafkaJars(), report);
  const folders = {
    dataDir: join(dataDir, 'kafka'),
    secretsDir: join(dataDir, 'secrets'),
    logDir: join(dataDir, 'logs'),
  };
  const { kafka, access } = await step(
    'Kafka',
    () => ownKafka({ ...folders, port: ports.kafka, agencies, ...(cluster && { cluster }) }),
    report,
  );
  running.kafka = kafka;
  return access;
}
