import { topicManifest } from '@liaison/contracts';
import type { Directory } from '@liaison/kernel';
import { createBrokerDatabase } from '@liaison/local-stack';
import { aclsOfKind, EmbeddedBroker } from '@liaison/messaging';
import { randomBytes } from 'node:crypto';
import { Client, escapeIdentifier } from 'pg';
import type { TestPostgres } from './servers';

export interface TestEmbeddedBroker {
  /** URL of an agency's own role, which may do what the access manifest says. */
  urlOf(agencyId: string): string;
  drop(): Promise<void>;
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
  return {
    urlOf: (agencyId) => {
      const url = urls.get(userOf(agencyId));
      if (url === undefined) throw new Error(`the directory has no agency ${agencyId}`);
      return url;
    },
    drop: () => dropWithRoles(server.adminUrl, name, [...users, `${name}_owner`]),
  };
}

async function dropWithRoles(adminUrl: string, name: string, roles: readonly string[]): Promise<void> {
  const client = new Client({ connectionString: adminUrl });
  await client.connect();
  try {
    await client.query(`DROP DATABASE IF EXISTS ${escapeIdentifier(name)} WITH (FORCE)`);
    for (const role of roles) await client.query(`DROP ROLE IF EXISTS ${escapeIdentifier(role)}`);
  } finally {
    await client.end();
  }
}
