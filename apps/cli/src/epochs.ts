import { beginEpoch } from '@liaison/messaging';
import { loadConfig, MigrationConfig, openDatabase } from '@liaison/platform';
import type { Output } from './output';
import { readDirectory } from './read-directory';

const STATEMENT_TIMEOUT_MS = 10 * 60_000;

/**
 * After an agency's database was restored from a backup, as its owner, before its service starts: begins a newer epoch.
 * @throws AppError `service-running`, `clock-behind`
 */
export async function startEpoch(directoryFile: string | undefined, output: Output): Promise<number> {
  const { databaseUrlMigrate: url } = loadConfig(MigrationConfig, process.env);
  const directory = await readDirectory(directoryFile);
  const owner = await openDatabase({
    url,
    entities: [],
    poolSize: 1,
    applicationName: 'liaison-epochs',
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
  });
  try {
    const begun = await beginEpoch(
      owner,
      directory.agencies().map(({ id }) => id),
    );
    output.say(`epoch ${begun.epoch}; ${begun.requeued} deliveries go out again`);
    output.result(begun);
  } finally {
    await owner.destroy();
  }
  return 0;
}
