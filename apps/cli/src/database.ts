import { AppError } from '@liaison/kernel';
import { createServiceDatabase } from '@liaison/local-stack';
import { loadConfig, MigrationConfig, Setting } from '@liaison/platform';
import { IsUrl } from 'class-validator';
import type { Output } from './output';

const URL_RULES = { protocols: ['postgres', 'postgresql'], require_tld: false, require_protocol: true };

class DatabaseConfig extends MigrationConfig {
  @Setting({
    env: 'DATABASE_URL_ADMIN',
    description: 'PostgreSQL URL of a role that may create databases and roles',
    secret: true,
  })
  @IsUrl(URL_RULES)
  admin: string;

  @Setting({
    env: 'DATABASE_URL_INGEST',
    description: 'PostgreSQL URL of the role `<db>_ingest`',
    secret: true,
  })
  @IsUrl(URL_RULES)
  ingest: string;

  @Setting({
    env: 'DATABASE_URL_SERVE',
    description: 'PostgreSQL URL of the role `<db>_serve`',
    secret: true,
  })
  @IsUrl(URL_RULES)
  serve: string;
}

/**
 * Creates the database that a service's own URLs name, with its three roles and their passwords; where they exist, the
 * passwords become those of the URLs. Idempotent; it deletes nothing.
 * @throws AppError `database-urls-disagree`
 */
export async function createDatabase(output: Output): Promise<number> {
  const { admin, databaseUrlMigrate, ingest, serve } = loadConfig(DatabaseConfig, process.env);
  const urls = { migrate: new URL(databaseUrlMigrate), ingest: new URL(ingest), serve: new URL(serve) };
  const name = urls.migrate.pathname.slice(1);
  for (const [role, url] of Object.entries(urls)) {
    if (url.pathname.slice(1) === name && url.username === `${name}_${role}`) continue;
    throw new AppError(
      'database-urls-disagree',
      `The URLs must name one database, and in it the roles <database>_migrate, <database>_ingest and <database>_serve: correct DATABASE_URL_${role.toUpperCase()}.`,
    );
  }
  const password = (url: URL): string => decodeURIComponent(url.password);
  await createServiceDatabase(admin, name, {
    migrate: password(urls.migrate),
    ingest: password(urls.ingest),
    serve: password(urls.serve),
  });
  output.say(`${name}: database and roles are there`);
  output.result({ database: name });
  return 0;
}
