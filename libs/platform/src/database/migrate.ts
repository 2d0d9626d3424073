import { DataSource, type MigrationInterface } from 'typeorm';
import { dataSourceOptions } from './open-database';

export type MigrationClass = new () => MigrationInterface;

/** Any number will do, as long as every service takes the same one: it is per database. */
const LOCK = 4_907_241;
const STATEMENT_TIMEOUT_MS = 10 * 60_000;

/**
 * Runs the missing migrations, each in its transaction, as the owner role that `url` names. Processes that start
 * together take turns.
 * @returns names of the migrations that ran.
 */
export async function migrate(url: string, migrations: readonly MigrationClass[]): Promise<string[]> {
  const dataSource = await new DataSource({
    ...dataSourceOptions({
      url,
      entities: [],
      poolSize: 2,
      applicationName: 'liaison-migrate',
      statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    }),
    migrations: [...migrations],
    migrationsTableName: 'schema_migration',
  }).initialize();
  const holder = dataSource.createQueryRunner();
  try {
    await holder.query('SELECT pg_advisory_lock($1)', [LOCK]);
    const ran = await dataSource.runMigrations({ transaction: 'each' });
    return ran.map((migration) => migration.name);
  } finally {
    await holder.release();
    await dataSource.destroy();
  }
}
