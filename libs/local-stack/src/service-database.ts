import { AppError } from '@liaison/kernel';
import { randomBytes } from 'node:crypto';
import { Client, escapeIdentifier, escapeLiteral } from 'pg';

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

const ROLES = ['migrate', 'ingest', 'serve'] as const;

/** Creates the database and its three roles, or gives existing ones new passwords (random unless named). */
export async function createServiceDatabase(
  adminUrl: string,
  name: string,
  passwords: ServicePasswords = randomPasswords(),
): Promise<ServiceDatabase> {
  requireName(name);
  const database = escapeIdentifier(name);
  const role = (kind: (typeof ROLES)[number]): string => escapeIdentifier(`${name}_${kind}`);
  await withClient(adminUrl, async (client) => {
    for (const kind of ROLES) await ensureRole(client, `${name}_${kind}`, passwords[kind]);
    const existing = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
    if (existing.rowCount === 0) await client.query(`CREATE DATABASE ${database} OWNER ${role('migrate')}`);
    await client.query(`REVOKE ALL ON DATABASE ${database} FROM PUBLIC`);
    await client.query(`GRANT CONNECT ON DATABASE ${database} TO ${ROLES.map(role).join(', ')}`);
  });
  await withClient(urlFor(adminUrl, name), (client) =>
    client.query('REVOKE CREATE ON SCHEMA public FROM PUBLIC'),
  );
  const url = (kind: (typeof ROLES)[number]): string =>
    urlFor(adminUrl, name, `${name}_${kind}`, passwords[kind]);
  return { name, migrateUrl: url('migrate'), ingestUrl: url('ingest'), serveUrl: url('serve') };
}

/** Drops the database, its connections and its three roles; nothing happens where there is none. */
export async function dropDatabase(adminUrl: string, name: string): Promise<void> {
  requireName(name);
  await withClient(adminUrl, async (client) => {
    await client.query(`DROP DATABASE IF EXISTS ${escapeIdentifier(name)} WITH (FORCE)`);
    for (const kind of ROLES)
      await client.query(`DROP ROLE IF EXISTS ${escapeIdentifier(`${name}_${kind}`)}`);
  });
}

async function ensureRole(client: Client, role: string, password: string): Promise<void> {
  const existing = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [role]);
  const verb = existing.rowCount === 0 ? 'CREATE' : 'ALTER';
  const rights = 'LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS';
  await client.query(`${verb} ROLE ${escapeIdentifier(role)} ${rights} PASSWORD ${escapeLiteral(password)}`);
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

function urlFor(adminUrl: string, database: string, user?: string, password?: string): string {
  const url = new URL(adminUrl);
  url.pathname = `/${database}`;
  if (user !== undefined) url.username = user;
  if (password !== undefined) url.password = encodeURIComponent(password);
  return url.toString();
}

async function withClient<T>(url: string, run: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await run(client);
  } finally {
    await client.end();
  }
}
