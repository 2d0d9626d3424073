import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createServiceDatabase, demoDirectoryFile, type ServiceDatabase } from '@liaison/local-stack';
import { escapeIdentifier } from 'pg';
import { query } from '../books';
import { root } from '../system';
import { patiently } from './faults/processes';
import type { Backup } from './target';

const CLI = join(root, 'apps', 'cli', 'dist', 'main.js');
const run = promisify(execFile);

/** Copies the database of a service that has ended; its restore follows docs/operations.md, with the command named there. */
export async function backUp(adminUrl: string, database: ServiceDatabase): Promise<Backup> {
  const { name, roles, migrateUrl, ingestUrl, serveUrl } = database;
  const copy = `${name}_backup`;
  const [original, backup] = [escapeIdentifier(name), escapeIdentifier(copy)];
  const administer = (sql: string, values: unknown[] = []): Promise<unknown> => query(adminUrl, sql, values);
  await patiently(async () => {
    // What the service has left behind notices late that nobody is at the other end.
    await administer('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name]);
    await administer(`DROP DATABASE IF EXISTS ${backup} WITH (FORCE)`);
    await administer(
      `CREATE DATABASE ${backup} OWNER ${escapeIdentifier(roles.migrate)} TEMPLATE ${original}`,
    );
  });
  return {
    restore: async () => {
      await administer(`DROP DATABASE ${original} WITH (FORCE)`);
      await administer(`ALTER DATABASE ${backup} RENAME TO ${original}`);
      // The same roles as before may connect.
      await createServiceDatabase(adminUrl, name, {
        migrate: passwordOf(migrateUrl),
        ingest: passwordOf(ingestUrl),
        serve: passwordOf(serveUrl),
      });
      // It refuses as long as a lane of the backup is held.
      await patiently(() =>
        run(process.execPath, [CLI, 'epochs', 'begin', '--directory', demoDirectoryFile(root)], {
          env: { ...process.env, DATABASE_URL_MIGRATE: migrateUrl },
        }),
      );
    },
  };
}

const passwordOf = (url: string): string => decodeURIComponent(new URL(url).password);
