import { AppError } from '@liaison/kernel';
import { randomBytes } from 'node:crypto';
import { escapeIdentifier } from 'pg';
import { ensureDatabase, ensureLoginRole, urlFor, withClient } from './sql';

/** One database, owned by `<name>_migrate`; `<name>_ingest` and `<name>_serve` may connect and nothing else. */
export interface ServiceDatabase {
  readonly name: string;
  /** By name: `migrate` owns the database. */
  readonly roles: Readonly<Record<ServiceRole, string>>;
  readonly migrateUrl: string;
  readonly ingestUrl: string;
  readonly serveUrl: string;
}

export interface ServicePasswords {
  readonly migrate: string;
  readonly ingest: string;
  readonly serve: string;
}

export type ServiceRole = keyof ServicePasswords;

export const rolesOf = (database: string): ServiceDatabase['roles'] => ({
  migrate: `${database}_migrate`,
  ingest: `${database}_ingest`,
  serve: `${database}_serve`,
});

/** Creates the database and its three roles, or gives existing ones new passwords (random unless named). */
export async function createServiceDatabase(
  adminUrl: string,
  name: string,
  passwords: ServicePasswords = randomPasswords(),
): Promise<ServiceDatabase> {
  requireName(name);
  const roles = rolesOf(name);
  const { migrate, ingest, serve } = roles;
  await withClient(adminUrl, async (client) => {
    await ensureLoginRole(client, migrate, passwords.migrate);
    await ensureLoginRole(client, ingest, passwords.ingest);
    await ensureLoginRole(client, serve, passwords.serve);
    await ensureDatabase(client, name, migrate, [ingest, serve]);
  });
  await withClient(urlFor(adminUrl, name), (client) =>
    client.query('REVOKE CREATE ON SCHEMA public FROM PUBLIC'),
  );
  const url = (role: ServiceRole): string => urlFor(adminUrl, name, roles[role], passwords[role]);
  return { name, roles, migrateUrl: url('migrate'), ingestUrl: url('ingest'), serveUrl: url('serve') };
}

/** Drops the database, its connections and its three roles; nothing happens where there is none. */
export async function dropDatabase(adminUrl: string, name: string): Promise<void> {
  requireName(name);
  await withClient(adminUrl, async (client) => {
    await client.query(`DROP DATABASE IF EXISTS ${escapeIdentifier(name)} WITH (FORCE)`);
    for (const role of Object.values(rolesOf(name)))
      await client.query(`DROP ROLE IF EXISTS ${escapeIdentifier(role)}`);
  });
}

function requireName(name: string): void {
  if (/^[a-z][a-z0-9_]{0,50}$/.test(name)) return;
  throw new AppError(
    'database-name-invalid',
    `Not a database name: ${name}. Use a-z, 0-9 and _, at most 51 characters.`,
  );
}

function randomPasswords(): ServicePasswords {
  const password = (): string => randomBytes(24).toString('base64url');
  return { migrate: password(), ingest: password(), serve: password() };
}
