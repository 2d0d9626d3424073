import { createServiceDatabase, dropDatabase } from '@liaison/local-stack';
import { MESSAGING_MIGRATIONS } from '@liaison/messaging';
import { migrate, type MigrationClass, openDatabase, type OpenDatabaseOptions } from '@liaison/platform';
import { randomBytes } from 'node:crypto';
import type { DataSource } from 'typeorm';
import type { TestPostgres } from './servers';

export interface AgencyDatabase {
  readonly name: string;
  readonly migrateUrl: string;
  readonly ingestUrl: string;
  readonly serveUrl: string;
  /** Pools of the two working roles, as a service has them. */
  readonly ingest: DataSource;
  readonly serve: DataSource;
  /** The owner, for looking and for breaking things. */
  readonly owner: DataSource;
  close(): Promise<void>;
}

/** A new database with its three roles and migrations, as one agency's service finds it. */
export async function createAgencyDatabase(
  server: TestPostgres,
  migrations: readonly MigrationClass[] = MESSAGING_MIGRATIONS,
  entities: OpenDatabaseOptions['entities'] = [],
): Promise<AgencyDatabase> {
  const name = `agency_${randomBytes(6).toString('hex')}`;
  const { migrateUrl, ingestUrl, serveUrl } = await createServiceDatabase(server.adminUrl, name);
  await migrate(migrateUrl, migrations);
  const open = (url: string, role: string) =>
    openDatabase({
      url,
      entities,
      poolSize: 5,
      applicationName: `${name}-${role}`,
      statementTimeoutMs: 15_000,
    });
  const [ingest, serve, owner] = await Promise.all([
    open(ingestUrl, 'ingest'),
    open(serveUrl, 'serve'),
    open(migrateUrl, 'owner'),
  ]);
  return {
    name,
    migrateUrl,
    ingestUrl,
    serveUrl,
    ingest,
    serve,
    owner,
    close: async () => {
      await Promise.all([ingest, serve, owner].map((pool) => pool.destroy()));
      await dropDatabase(server.adminUrl, name);
    },
  };
}
