import { AppError } from '@liaison/kernel';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureSecret } from './data-folder';
import { type Kafka, type KafkaOptions, startKafka } from './kafka';

export interface BrokerCredentials {
  readonly username: string;
  readonly password: string;
}

export interface EmbeddedBrokerAccess {
  readonly kind: 'embedded';
  /** As the owner of the broker's database. Secret. */
  readonly adminUrl: string;
  /** By agency id, which is the role's name too. Secret. */
  readonly urls: ReadonlyMap<string, string>;
}

export interface KafkaBrokerAccess {
  readonly kind: 'kafka';
  readonly brokers: readonly string[];
  readonly admin: BrokerCredentials;
  /** By agency id; the user's name is the agency's id where the broker is ours. */
  readonly users: ReadonlyMap<string, BrokerCredentials>;
}

/** How to reach the broker as its administrator, and as whom each agency does. */
export type BrokerAccess = EmbeddedBrokerAccess | KafkaBrokerAccess;

/** Is a Kafka of somebody else named in the environment? */
export function hasOutsideKafka(): boolean {
  return (process.env['KAFKA_BROKERS'] ?? '') !== '';
}

/**
 * A Kafka that runs already. Agencies get users of their own where KAFKA_USERS_FILE names them, a JSON object
 * `{"<agency id>": {"username", "password"}}`; without it all of them come as the administrator.
 * @throws AppError `kafka-credentials-missing`
 */
export function outsideKafka(agencies: readonly string[]): KafkaBrokerAccess {
  const { KAFKA_BROKERS = '', KAFKA_ADMIN_USERNAME, KAFKA_ADMIN_PASSWORD, KAFKA_USERS_FILE } = process.env;
  if (!KAFKA_ADMIN_USERNAME || !KAFKA_ADMIN_PASSWORD) {
    throw new AppError(
      'kafka-credentials-missing',
      'KAFKA_BROKERS is set: set KAFKA_ADMIN_USERNAME and KAFKA_ADMIN_PASSWORD too (SCRAM-SHA-512, may create topics and ACLs).',
    );
  }
  const admin = { username: KAFKA_ADMIN_USERNAME, password: KAFKA_ADMIN_PASSWORD };
  const named = KAFKA_USERS_FILE ? readUsers(KAFKA_USERS_FILE) : {};
  const users = new Map(agencies.map((agency) => [agency, named[agency] ?? admin]));
  return { kind: 'kafka', brokers: KAFKA_BROKERS.split(',').map((it) => it.trim()), admin, users };
}

/** What a Kafka of our own is made of; default: one broker. */
export type KafkaCluster = Pick<KafkaOptions, 'brokers' | 'doors'>;

/** A Kafka of our own, with one user an agency. */
export async function ownKafka(options: {
  readonly dataDir: string;
  readonly secretsDir: string;
  readonly logDir: string;
  readonly port: number;
  readonly agencies: readonly string[];
  readonly cluster?: KafkaCluster;
}): Promise<{ readonly kafka: Kafka; readonly access: KafkaBrokerAccess }> {
  const credentials = options.agencies.map((agency) => ({
    username: agency,
    password: ensureSecret(join(options.secretsDir, `kafka-${agency}`)),
  }));
  const kafka = await startKafka({
    dataDir: options.dataDir,
    logDir: options.logDir,
    ports: [options.port],
    ...options.cluster,
    users: credentials.map(({ username, password }) => ({ name: username, password })),
  });
  const users = new Map(credentials.map((user) => [user.username, user]));
  const admin = { username: kafka.adminUser, password: kafka.adminPassword };
  return { kafka, access: { kind: 'kafka', brokers: kafka.brokers, admin, users } };
}

function readUsers(file: string): Record<string, BrokerCredentials | undefined> {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, BrokerCredentials | undefined>;
  } catch (cause) {
    const message = `KAFKA_USERS_FILE (${file}) cannot be read as JSON. Correct it, or unset it to use the administrator for all.`;
    throw new AppError('kafka-credentials-missing', message, { cause });
  }
}
