import { randomBytes } from 'node:crypto';
import { ensureDatabase, ensureLoginRole, urlFor, withClient } from './sql';

/** The embedded broker's own database. */
export interface BrokerDatabase {
  /** As its owner. Secret. */
  readonly adminUrl: string;
  /** One role a user, which may connect and nothing else until the broker's access rules say more. Secret. */
  readonly urls: ReadonlyMap<string, string>;
}

/** Creates the database, its owner `<name>_owner` and one login role a user, or gives existing ones new passwords. */
export async function createBrokerDatabase(
  adminUrl: string,
  name: string,
  users: readonly string[],
): Promise<BrokerDatabase> {
  const owner = `${name}_owner`;
  const passwords = new Map([owner, ...users].map((role) => [role, randomBytes(24).toString('base64url')]));
  await withClient(adminUrl, async (client) => {
    for (const [role, password] of passwords) await ensureLoginRole(client, role, password);
    await ensureDatabase(client, name, owner, users);
  });
  const url = (role: string): string => urlFor(adminUrl, name, role, passwords.get(role));
  return { adminUrl: url(owner), urls: new Map(users.map((user) => [user, url(user)])) };
}
