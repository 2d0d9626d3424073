import { parseArgs } from 'node:util';
import { AppError } from '@liaison/kernel';
import { StartFailure } from '@liaison/local-stack';
import { createDatabase } from './database';
import { demo } from './demo';
import { startEpoch } from './epochs';
import { outputFor } from './output';
import { directoryFile } from './services';
import { createTopics } from './topics';
import { up } from './up';

const HELP = `liaison: agencies exchange notices under conventions

  liaison up [--kafka] [--fresh] [--json]    start everything, stay until Ctrl-C
  liaison demo [--kafka] [--fresh] [--json]  start everything, show it, stop
  liaison topics create [--directory FILE] [--json]
                                             create the topics on the Kafka that KAFKA_BROKERS names and,
                                             as KAFKA_ADMIN_USERNAME, the access rules of the agencies' users
  liaison database create [--json]           create the database and roles that DATABASE_URL_MIGRATE, _INGEST and
                                             _SERVE name, as DATABASE_URL_ADMIN
  liaison epochs begin [--directory FILE] [--json]
                                             after a restore, before the service starts: a newer epoch in the
                                             database that DATABASE_URL_MIGRATE names
  liaison help                               this page

  --kafka      real Apache Kafka: KAFKA_BROKERS where set, else a local one (Java 17, Maven)
  --fresh      begin anew: removes the data of earlier runs
  --json       the result as one JSON document on standard output

  LIAISON_DATA_DIR, LIAISON_PORT_BASE, LIAISON_CACHE_DIR move data, ports and downloads.`;

class UsageError extends Error {}

/** Runs one command. @returns the exit code: 1 when it failed, 2 when it was called wrongly. */
export async function runCommandLine(argv: readonly string[]): Promise<number> {
  try {
    return await run(argv);
  } catch (error) {
    return explain(error);
  }
}

async function run(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parse(argv);
  const output = outputFor(values.json ?? false);
  const system = { kafka: values.kafka ?? false, fresh: values.fresh ?? false };
  switch (positionals.join(' ')) {
    case 'up':
      return up(system, output);
    case 'demo':
      return demo(system, output);
    case 'topics create':
      return createTopics(values.directory ?? directoryFile, output);
    case 'database create':
      return createDatabase(output);
    case 'epochs begin':
      return startEpoch(values.directory ?? directoryFile, output);
    case 'help':
      console.log(HELP);
      return 0;
    case '':
      throw new UsageError('Name a command.');
    default:
      throw new UsageError(`There is no command "${positionals.join(' ')}".`);
  }
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: argv[0] === '--help' ? ['help'] : [...argv],
      allowPositionals: true,
      options: {
        kafka: { type: 'boolean' },
        fresh: { type: 'boolean' },
        json: { type: 'boolean' },
        directory: { type: 'string' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error));
  }
}

/** One line on standard error says what is wrong and what to do. */
function explain(error: unknown): number {
  if (error instanceof UsageError) {
    console.error(`${error.message} "liaison help" lists what there is.`);
    return 2;
  }
  if (error instanceof AppError) {
    console.error(error.message);
    if (error instanceof StartFailure) for (const line of error.tail) console.error(`  | ${line}`);
  } else {
    console.error(error instanceof Error ? (error.stack ?? error.message) : error);
  }
  return 1;
}
