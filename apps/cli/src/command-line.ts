import { parseArgs } from 'node:util';
import { AppError } from '@liaison/kernel';
import type { AccessOptions } from './operator/agency-access';
import { type Output, outputFor } from './output';
import { UsageError } from './usage-error';

const HELP = `liaison: agencies exchange notices under conventions

  liaison up [--kafka] [--fresh] [--samples] [--json]
                                             start everything, stay until Ctrl-C
  liaison demo [--kafka] [--fresh] [--json]  start everything, show it, stop
  liaison topics create [--directory FILE] [--json]
                                             create the topics on the Kafka that KAFKA_BROKERS names and,
                                             as KAFKA_ADMIN_USERNAME, the access rules of the agencies' users
  liaison database create [--json]           create the database and roles that DATABASE_URL_MIGRATE, _INGEST and
                                             _SERVE name, as DATABASE_URL_ADMIN
  liaison epochs begin [--directory FILE] [--json]
                                             after a restore, before the service starts: a newer epoch in the
                                             database that DATABASE_URL_MIGRATE names
  liaison dead-letters list AGENCY [--direction in|out] [--peer AGENCY] [--reason CODE] [--type TYPE]
                       [--older-than 2h] [--json]
                                             parked events, as operators of AGENCY see them
  liaison dead-letters show AGENCY KEY       one of them; its body is shown to nobody
  liaison dead-letters redrive AGENCY KEY    try it again, in its case's order (exit 3: parked again);
                                             out/...: send it anew in its stead
  liaison dead-letters discard AGENCY KEY --reason TEXT [--confirm]
                                             propose to discard it; another person confirms
  liaison dead-letters discard AGENCY KEY --withdraw
                                             take a proposal back: it stays parked
  liaison reconcile AGENCY AGENCY [--late-after 15m] [--json]
                                             compare their books: exit 0 same, 1 different, 2 not compared
  liaison convention VERB ...                what agencies may tell each other: "liaison convention help"
  liaison help                               this page

  --kafka      real Apache Kafka: KAFKA_BROKERS where set, else a local one (Java 17, Maven)
  --samples    writes invented notices through the police's API, each with what became of it
  --fresh      begin anew: removes the data of earlier runs
  --json       the result as one JSON document on standard output

  Operators' commands: --url AGENCY=URL or LIAISON_URL_<AGENCY>; --token-file AGENCY=FILE or
  LIAISON_TOKEN_<AGENCY> (POLICE_75 for police-75). Without them: the demonstration that "liaison up" started,
  as its operator, or as --account NAME.

  LIAISON_DATA_DIR, LIAISON_PORT_BASE, LIAISON_CACHE_DIR move data, ports and downloads.`;

/**
 * Runs one command, and loads what that one needs: services and their framework take seconds that nobody who compares two
 * conventions has to wait for.
 * @returns the exit code: 1 when it failed, 2 when it was called wrongly
 */
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
  const access = { url: values.url ?? [], tokenFile: values['token-file'] ?? [], account: values.account };
  const [command = '', ...rest] = positionals;
  if (command === 'reconcile') {
    const [a, b, ...more] = rest;
    if (a === undefined || b === undefined || more.length > 0) throw new UsageError('Name two agencies.');
    const { reconcile } = await import('#cli/reconcile/reconcile');
    return reconcile([a, b], { ...access, lateAfter: values['late-after'] ?? '15m' }, output);
  }
  if (command === 'convention') {
    const { runConvention } = await import('#cli/convention/convention');
    return runConvention(rest, values, output);
  }
  if (command === 'dead-letters') return runDeadLetters(rest, values, access, output);
  switch (positionals.join(' ')) {
    case 'up':
      return (await import('#cli/up')).up({ ...system, samples: values.samples ?? false }, output);
    case 'demo':
      return (await import('#cli/demo')).demo(system, output);
    case 'topics create':
      return (await import('#cli/topics')).createTopics(values.directory, output);
    case 'database create':
      return (await import('#cli/database')).createDatabase(output);
    case 'epochs begin':
      return (await import('#cli/epochs')).startEpoch(values.directory, output);
    case 'help':
      console.log(HELP);
      return 0;
    case '':
      throw new UsageError('Name a command.');
    default:
      throw new UsageError(`There is no command "${positionals.join(' ')}".`);
  }
}

async function runDeadLetters(
  [verb = '', agency, key, ...more]: readonly string[],
  values: ReturnType<typeof parse>['values'],
  access: AccessOptions,
  output: Output,
): Promise<number> {
  const options = {
    ...access,
    direction: values.direction,
    peer: values.peer,
    reason: values.reason,
    type: values.type,
    olderThan: values['older-than'],
    confirm: values.confirm ?? false,
    withdraw: values.withdraw ?? false,
  };
  if (agency === undefined || more.length > 0) throw new UsageError('Name an agency.');
  const { discardLetter, listLetters, redriveLetter, showLetter } =
    await import('#cli/dead-letters/dead-letters');
  if (verb === 'list' && key === undefined) return listLetters(agency, options, output);
  const acts = new Map([
    ['show', showLetter],
    ['redrive', redriveLetter],
    ['discard', discardLetter],
  ]);
  const act = acts.get(verb);
  if (act === undefined) throw new UsageError(`There is no command "dead-letters ${verb}".`);
  if (key === undefined) throw new UsageError('Name the event as the list does: in/<agency>/<id>.');
  if (verb === 'discard' && options.withdraw && options.confirm) {
    throw new UsageError('Either --confirm or --withdraw.');
  }
  if (verb === 'discard' && !options.withdraw && !values.reason)
    throw new UsageError('Say why: --reason TEXT.');
  return act(agency, key, options, output);
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: argv.includes('--help')
        ? [...(argv[0] === 'convention' ? ['convention'] : []), 'help']
        : [...argv],
      allowPositionals: true,
      options: {
        kafka: { type: 'boolean' },
        fresh: { type: 'boolean' },
        samples: { type: 'boolean' },
        json: { type: 'boolean' },
        directory: { type: 'string' },
        url: { type: 'string', multiple: true },
        'token-file': { type: 'string', multiple: true },
        account: { type: 'string' },
        direction: { type: 'string' },
        peer: { type: 'string' },
        reason: { type: 'string' },
        type: { type: 'string' },
        'older-than': { type: 'string' },
        'late-after': { type: 'string' },
        confirm: { type: 'boolean' },
        conventions: { type: 'string', multiple: true },
        changelog: { type: 'boolean' },
        csv: { type: 'boolean' },
        html: { type: 'boolean' },
        party: { type: 'string' },
        key: { type: 'string' },
        by: { type: 'string' },
        on: { type: 'string' },
        withdraw: { type: 'boolean' },
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
    for (const line of tailOf(error)) console.error(`  | ${String(line)}`);
  } else {
    console.error(error instanceof Error ? (error.stack ?? error.message) : error);
  }
  return 1;
}

/** What a process that did not start has said last: of the error `StartFailure`, which comes from the commands that start some. */
function tailOf(error: AppError): readonly unknown[] {
  return 'tail' in error && Array.isArray(error.tail) ? error.tail : [];
}
