import { IsUrl } from 'class-validator';
import { POSTGRES_URL, POSTGRES_URL_MESSAGE } from './service-config';
import { Setting } from './setting';

/** What a process needs that migrates and ends. */
export class MigrationConfig {
  @Setting({
    env: 'DATABASE_URL_MIGRATE',
    description: 'PostgreSQL URL of the owner `<db>_migrate`',
    secret: true,
  })
  @IsUrl(POSTGRES_URL, POSTGRES_URL_MESSAGE)
  databaseUrlMigrate: string;
}
