import { AppError } from '@liaison/kernel';
import { randomBytes } from 'node:crypto';
import { escapeIdentifier } from 'pg';
import { ensureDatabase, ensureLoginRole, urlFor, withClient } from './sql';

/** One database, owned by `<name>_migrate`; `<name>_ingest` and `<name>_serve` may connect and nothing else. */
export interface ServiceDatabase {
  readonly name: string;
  readonly migrateUrl: string;
  readonly ingestUrl: string;
  readonly serveUrl: string;
}

export interface ServicePasswords {
  readonly migrate: string;
  readonly ingest: string;
  readonly serve: string;
}

type Role = keyof ServicePasswords;
const ROLES: readonly Role[] = ['migrate', 'ingest', 'serve'];

/** Creates the database and its three roles, or gives existing ones new passwords (random unless named). */
export async function createServiceDatabase(
  adminUrl: string,
  name: string,
  passwords: ServicePasswords = randomPasswords(),
): Promise<ServiceDatabase> {
  requireName(name);
  await withClient(adminUrl, async (client) => {
    for (const role of ROLES) await ensureLoginRole(client, `${name}_${role}`, passwords[role]);
    await ensureDatabase(client, name, `${name}_migrate`, [`${name}_ingest`, `${name}_serve`]);
  });
  await withClient(urlFor(adminUrl, name), (client) =>
    client.query('REVOKE CREATE ON SCHEMA public FROM PUBLIC'),
  );
  const url = (role: Role): string => urlFor(adminUrl, name, `${name}_${role}`, passwords[role]);
  return { name, migrateUrl: url('migrate'), ingestUrl: url('ingest'), serveUrl: url('serve') };
}

/** Drops the database, its connections and its three roles; nothing happens where there is none. */
export async function dropDatabase(adminUrl: string, name: string): Promise<void> {
  requireName(name);
  await withClient(adminUrl, async (client) => {
    await client.query(`DROP DATABASE IF EXISTS ${escapeIdentifier(name)} WITH (FORCE)`);
    for (const role of ROLES)
      await client.query(`DROP ROLE IF EXISTS ${escapeIdentifier(`${name}_${role}`)}`);
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
