import { withClient } from '@liaison/local-stack';
import type { AgencyDatabase } from './agency-database';
import type { TestPostgres } from './servers';

/** A copy of an agency's database, as a backup is. Nobody may work on it while it is taken or restored. */
export interface RestorePoint {
  /** Puts the copy in the place of the database. */
  restore(): Promise<void>;
}

export async function takeRestorePoint(
  server: TestPostgres,
  database: AgencyDatabase,
): Promise<RestorePoint> {
  const { name, roles } = database;
  const copy = `${name}_backup`;
  await offline(server, database, [`CREATE DATABASE ${copy} TEMPLATE ${name}`]);
  return {
    restore: () =>
      offline(server, database, [
        `DROP DATABASE ${name} WITH (FORCE)`,
        `CREATE DATABASE ${name} TEMPLATE ${copy} OWNER ${roles.migrate}`,
        `GRANT CONNECT ON DATABASE ${name} TO ${roles.ingest}, ${roles.serve}`,
        `DROP DATABASE ${copy}`,
      ]),
  };
}

async function offline(
  server: TestPostgres,
  { ingest, serve, owner }: AgencyDatabase,
  statements: readonly string[],
): Promise<void> {
  const pools = [ingest, serve, owner];
  await Promise.all(pools.map((pool) => pool.destroy()));
  try {
    await withClient(server.adminUrl, async (admin) => {
      for (const statement of statements) await admin.query(statement);
    });
  } finally {
    await Promise.all(pools.map((pool) => pool.initialize()));
  }
}
