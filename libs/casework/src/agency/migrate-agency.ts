import { loadConfig, migrate, MigrationConfig } from '@liaison/platform';
import { explainStartFailure } from './explain-start-failure';
import { AGENCY_MIGRATIONS, type AgencyServiceOptions } from './start-agency-service';

/**
 * Brings the database of one agency to this version and ends: the step before its services start. It needs no other
 * setting than the owner's URL, and nobody else needs that one.
 */
export async function migrateAgency({
  service,
  migrations,
}: Pick<AgencyServiceOptions, 'service' | 'migrations'>): Promise<void> {
  try {
    const { databaseUrlMigrate } = loadConfig(MigrationConfig, process.env);
    const ran = await migrate(databaseUrlMigrate, [...AGENCY_MIGRATIONS, ...migrations]);
    process.stdout.write(`${service}: ${ran.length === 0 ? 'up to date' : `ran ${ran.join(', ')}`}\n`);
  } catch (error) {
    process.stderr.write(explainStartFailure(service, error));
    process.exitCode = 1;
  }
}
