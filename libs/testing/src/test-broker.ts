import { topicManifest } from '@liaison/contracts';
import type { Directory } from '@liaison/kernel';
import { createBrokerDatabase, withClient } from '@liaison/local-stack';
import { aclsOfKind, EmbeddedBroker, prepareBroker } from '@liaison/messaging';
import { randomBytes } from 'node:crypto';
import { escapeIdentifier } from 'pg';
import { ownKafka, type TestPostgres } from './servers';

/** A broker for the services of a suite. */
export interface TestBroker {
  /** What a service of the agency is configured with: a user of its own, which may do what the access manifest says. */
  settingsOf(agencyId: string): Readonly<Record<string, string>>;
  drop(): Promise<void>;
}

export interface TestEmbeddedBroker extends TestBroker {
  /** URL of an agency's own role, which may do what the access manifest says. */
  urlOf(agencyId: string): string;
}

/** An embedded broker with the topics and access rules of a directory, in a new database. */
export async function createTestBroker(
  server: TestPostgres,
  directory: Directory,
): Promise<TestEmbeddedBroker> {
  const name = `broker_${randomBytes(6).toString('hex')}`;
  const agencies = directory.agencies();
  // Roles belong to the whole server, which other suites may share.
  const userOf = (agencyId: string) => `${name}_${agencyId}`;
  const users = agencies.map(({ id }) => userOf(id));
  const { adminUrl, urls } = await createBrokerDatabase(server.adminUrl, name, users);
  await EmbeddedBroker.install(adminUrl);
  const administrator = new EmbeddedBroker({ url: adminUrl, clientId: name });
  try {
    await administrator.createTopics(topicManifest(directory));
    await administrator.applyAcls(agencies.flatMap(({ id, kind }) => aclsOfKind(kind, id, userOf(id))));
  } finally {
    await administrator.disconnect();
  }
  const urlOf = (agencyId: string): string => {
    const url = urls.get(userOf(agencyId));
    if (url === undefined) throw new Error(`the directory has no agency ${agencyId}`);
    return url;
  };
  return {
    urlOf,
    settingsOf: (agencyId) => ({ BROKER: 'embedded', EMBEDDED_BROKER_URL: urlOf(agencyId) }),
    drop: () => dropWithRoles(server.adminUrl, name, [...users, `${name}_owner`]),
  };
}

/** A Kafka of its own with the topics and access rules of a directory: see `describeWithOwnKafka`. */
export async function createTestKafka(directory: Directory): Promise<TestBroker> {
  const kafka = await ownKafka(directory.agencies().map(({ id }) => id));
  const { brokers, adminUser = '', adminPassword = '' } = kafka;
  const users = new Map(kafka.users.map(({ name, password }) => [name, { username: name, password }]));
  const admin = { username: adminUser, password: adminPassword };
  await prepareBroker({ kind: 'kafka', brokers, admin, users }, directory, 'tests');
  return {
    settingsOf: (agencyId) => {
      const user = users.get(agencyId);
      if (!user) throw new Error(`the directory has no agency ${agencyId}`);
      return {
        BROKER: 'kafka',
        KAFKA_BROKERS: brokers.join(','),
        KAFKA_USERNAME: user.username,
        KAFKA_PASSWORD: user.password,
      };
    },
    drop: () => kafka.stop(),
  };
}

async function dropWithRoles(adminUrl: string, name: string, roles: readonly string[]): Promise<void> {
  await withClient(adminUrl, async (client) => {
    await client.query(`DROP DATABASE IF EXISTS ${escapeIdentifier(name)} WITH (FORCE)`);
    for (const role of roles) await client.query(`DROP ROLE IF EXISTS ${escapeIdentifier(role)}`);
  });
}
