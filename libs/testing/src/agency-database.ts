import {
  createServiceDatabase,
  dropDatabase,
  rolesOf,
  type ServiceDatabase,
  type ServiceRole,
  urlFor,
  withClient,
} from '@liaison/local-stack';
import { MESSAGING_MIGRATIONS } from '@liaison/messaging';
import { migrate, type MigrationClass, openDatabase, type OpenDatabaseOptions } from '@liaison/platform';
import { createHash, createHmac, randomBytes } from 'node:crypto';
import type { DataSource } from 'typeorm';
import type { TestPostgres } from './servers';

export interface AgencyDatabase extends ServiceDatabase {
  /** Pools of the two working roles, as a service has them. */
  readonly ingest: DataSource;
  readonly serve: DataSource;
  /** The owner, for looking and for breaking things. */
  readonly owner: DataSource;
  close(): Promise<void>;
}

/** A new database with its own three roles, which runs its migrations: for suites about these. */
export async function createAgencyDatabase(
  server: TestPostgres,
  migrations: readonly MigrationClass[] = MESSAGING_MIGRATIONS,
  entities: OpenDatabaseOptions['entities'] = [],
): Promise<AgencyDatabase> {
  const database = await createServiceDatabase(server.adminUrl, newName());
  await migrate(database.migrateUrl, migrations);
  return openPools(server, database, entities);
}

/**
 * A new database as the migrations leave it. They run once for all suites that share the server; each database is a copy
 * of what they left, and all copies have its three roles.
 */
export async function copyAgencyDatabase(
  server: TestPostgres,
  migrations: readonly MigrationClass[] = MESSAGING_MIGRATIONS,
): Promise<AgencyDatabase> {
  const { adminUrl } = server;
  const template = await migratedTemplate(adminUrl, migrations);
  const name = newName();
  const { migrate: owner, ingest, serve } = template.roles;
  await withClient(adminUrl, async (client) => {
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${template.name} OWNER ${owner}`);
    await client.query(`REVOKE ALL ON DATABASE ${name} FROM PUBLIC`);
    await client.query(`GRANT CONNECT ON DATABASE ${name} TO ${owner}, ${ingest}, ${serve}`);
  });
  const copied = (url: string): string => urlFor(url, name);
  return openPools(server, {
    name,
    roles: template.roles,
    migrateUrl: copied(template.migrateUrl),
    ingestUrl: copied(template.ingestUrl),
    serveUrl: copied(template.serveUrl),
  });
}

/** Made by the first who asks; whoever asks meanwhile, also in another process, waits. */
async function migratedTemplate(
  adminUrl: string,
  migrations: readonly MigrationClass[],
): Promise<ServiceDatabase> {
  const digest = createHash('sha256')
    .update(migrations.map(({ name }) => name).join())
    .digest();
  const name = `migrated_${digest.toString('hex').slice(0, 12)}`;
  // The same in every process: the server's own password is in the URL.
  const password = (role: ServiceRole) =>
    createHmac('sha256', adminUrl).update(`${name} ${role}`).digest('hex');
  const roles = rolesOf(name);
  const url = (role: ServiceRole) => urlFor(adminUrl, name, roles[role], password(role));
  const migrateUrl = url('migrate');
  await withClient(adminUrl, async (client) => {
    await client.query('SELECT pg_advisory_lock($1)', [digest.readInt32BE()]);
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1 AND datistemplate', [
      name,
    ]);
    if (rowCount !== 0) return;
    await createServiceDatabase(adminUrl, name, {
      migrate: password('migrate'),
      ingest: password('ingest'),
      serve: password('serve'),
    });
    await migrate(migrateUrl, migrations);
    await client.query(`ALTER DATABASE ${name} IS_TEMPLATE true`);
  });
  return { name, roles, migrateUrl, ingestUrl: url('ingest'), serveUrl: url('serve') };
}

async function openPools(
  { adminUrl }: TestPostgres,
  prepared: ServiceDatabase,
  entities: OpenDatabaseOptions['entities'] = [],
): Promise<AgencyDatabase> {
  const open = (url: string, role: string) =>
    openDatabase({
      url,
      entities,
      poolSize: 5,
      applicationName: `${prepared.name}-${role}`,
      statementTimeoutMs: 15_000,
    });
  const [ingest, serve, owner] = await Promise.all([
    open(prepared.ingestUrl, 'ingest'),
    open(prepared.serveUrl, 'serve'),
    open(prepared.migrateUrl, 'owner'),
  ]);
  return {
    ...prepared,
    ingest,
    serve,
    owner,
    close: async () => {
      await Promise.all([ingest, serve, owner].map((pool) => pool.destroy()));
      await dropDatabase(adminUrl, prepared.name);
    },
  };
}

const newName = (): string => `agency_${randomBytes(6).toString('hex')}`;
