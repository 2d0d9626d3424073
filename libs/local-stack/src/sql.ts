import { Client, escapeIdentifier, escapeLiteral } from 'pg';

/** Runs something on one connection of its own. */
export async function withClient<T>(url: string, run: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await run(client);
  } finally {
    await client.end();
  }
}

/** A role that may log in and nothing else; an existing one gets the password. */
export async function ensureLoginRole(client: Client, role: string, password: string): Promise<void> {
  const existing = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [role]);
  const verb = existing.rowCount === 0 ? 'CREATE' : 'ALTER';
  const rights = 'LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS';
  await client.query(`${verb} ROLE ${escapeIdentifier(role)} ${rights} PASSWORD ${escapeLiteral(password)}`);
}

/** A database that only these roles may connect to. */
export async function ensureDatabase(
  client: Client,
  name: string,
  owner: string,
  others: readonly string[],
): Promise<void> {
  const database = escapeIdentifier(name);
  const existing = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
  if (existing.rowCount === 0)
    await client.query(`CREATE DATABASE ${database} OWNER ${escapeIdentifier(owner)}`);
  const roles = [owner, ...others].map((role) => escapeIdentifier(role)).join(', ');
  await client.query(`REVOKE ALL ON DATABASE ${database} FROM PUBLIC`);
  await client.query(`GRANT CONNECT ON DATABASE ${database} TO ${roles}`);
}

/** The same server, another database and, where named, another user. */
export function urlFor(serverUrl: string, database: string, user?: string, password?: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  if (user !== undefined) url.username = user;
  if (password !== undefined) url.password = encodeURIComponent(password);
  return url.toString();
}
