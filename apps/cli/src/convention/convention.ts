import { dirname } from 'node:path';
import { AppError } from '@liaison/kernel';
import { isInstant } from '@liaison/sharing-policy';
import type { Output } from '../output';
import { UsageError } from '../usage-error';
import { runCases } from './cases';
import { checkFiles } from './check';
import { compile, installedConventions, isFolder, readSet } from './convention-set';
import { decideAll } from './decide';
import { askForChangelog, showDiff } from './diff';
import { showMatrix } from './matrix';
import { signFile } from './sign';

const CONVENTION_HELP = `liaison convention: what agencies may tell each other

  liaison convention decide [--json]         answers requests on standard input: one JSON document, or one a line
  liaison convention explain                 the same for people
  liaison convention check [FILE...]         what is wrong with conventions
  liaison convention test [FILE...]          runs the cases beside conventions
  liaison convention diff OLD NEW [--json]   every widening and narrowing between two files or folders, by rule, each
                                             with the smallest request that shows it
  liaison convention matrix [--csv|--html] [--on DATE]
                                             who learns what from whom: a table, CSV, or one page in French and English
  liaison convention sign FILE --party ID --by NAME [--on DATE]
                                             adds the signature of a party over the text as it stands; today
  liaison convention publish FILE... --key PEM
                                             to every agency, signed with the coordination's key, as KAFKA_USERNAME on
                                             KAFKA_BROKERS (or BROKER=embedded, EMBEDDED_BROKER_URL)

  --changelog           of diff: a warning for what NEW opens, and exit 1 only where the changelog of a convention that it
                        opens (<id>.changelog.md) has no new line
  --conventions PATH    folder or file, instead of the conventions of this installation; may be repeated. The floors
                        are those in its statutory/, or else those of this installation.

  A request: {"at": "2026-03-02T09:00:00Z", "purpose": "residence-of-victims", "operation": "release",
    "from": {"agency": "police-75", "kind": "police", "departement": "75"},
    "to": {"agency": "prefecture-75", "kind": "prefecture", "departement": "75"},
    "relation": ["competent"], "role": "desk", "event": "liaison.notice.issued.v2", "facts": {"age": "adult"}}
  What is missing is unknown, and unknown protects: without an operation, the answer of the one that shows least. Only
  "at" has a value of its own: now. Facts count as stated by whoever of the two can vouch for them.
  The answer of decide --json, one line each: {"allowed", "denial" where denied, "fields": {PATH: {"treatment", "to"
  where generalised, "rules", "articles"}}, "obligations", "validUntil" (null: no date ends it), "digest", "at",
  "conventions", "legalBases"}.

  Exit codes: 0 answered, nothing found; 1 check found an error, test or diff something; 2 the input or a convention is not
  understood: one line on standard error says where. Requests before it are answered.`;

export interface ConventionOptions {
  readonly json?: boolean;
  readonly changelog?: boolean;
  readonly csv?: boolean;
  readonly html?: boolean;
  readonly party?: string;
  readonly by?: string;
  readonly on?: string;
  readonly key?: string;
  readonly conventions?: readonly string[];
}

/** Runs one verb. @returns the exit code, as the help says */
export async function runConvention(
  [verb = '', ...files]: readonly string[],
  options: ConventionOptions,
  output: Output,
): Promise<number> {
  try {
    return await run(verb, files, options, output);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    console.error(error.message);
    return 2;
  }
}

async function run(
  verb: string,
  files: readonly string[],
  options: ConventionOptions,
  output: Output,
): Promise<number> {
  const given = options.conventions ?? [];
  switch (verb) {
    case 'decide':
    case 'explain': {
      if (files.length > 0) throw new UsageError('Requests come from standard input.');
      const json = verb === 'decide' || (options.json ?? false);
      await decideAll(compile(readSet(given)), process.stdin, process.stdout, {
        json,
        now: () => new Date(),
      });
      return 0;
    }
    case 'check': {
      return checkFiles(files, output) > 0 ? 1 : 0;
    }
    case 'test': {
      const paths = files.length > 0 ? files : given.length > 0 ? given : [installedConventions];
      const policy = compile(readSet(given.length > 0 ? given : foldersOf(files)));
      return runCases(paths, policy, output) > 0 ? 1 : 0;
    }
    case 'diff': {
      const [before, after, ...more] = files;
      if (before === undefined || after === undefined || more.length > 0) {
        throw new UsageError('Name two files or folders: the earlier and the later.');
      }
      const found = options.changelog
        ? askForChangelog(before, after, output)
        : showDiff(before, after, output);
      return found > 0 ? 1 : 0;
    }
    case 'matrix': {
      if (files.length > 0) throw new UsageError('Name conventions with --conventions PATH.');
      const { csv = false, html = false, on } = options;
      if (csv && html) throw new UsageError('The matrix is CSV or a page: give --csv or --html, not both.');
      if (on !== undefined && !isInstant(`${on}T00:00:00Z`))
        throw new UsageError(`"${on}" is not a date: 2026-03-02.`);
      const at = on === undefined ? new Date() : new Date(`${on}T00:00:00Z`);
      showMatrix(readSet(given), { csv, html, at }, output);
      return 0;
    }
    case 'sign': {
      const [file, ...more] = files;
      const { party, by, on = new Date().toISOString().slice(0, 10) } = options;
      if (file === undefined || more.length > 0) throw new UsageError('Name the file of one convention.');
      if (!party || !by) throw new UsageError('Say for which party and who signs: --party ID --by NAME.');
      signFile(file, { party, by, on }, output);
      return 0;
    }
    case 'publish': {
      if (files.length === 0) throw new UsageError('Name the files of conventions.');
      if (!options.key) throw new UsageError('Name the key that signs: --key PEM.');
      // It talks to Kafka; the other verbs need nothing of what that loads.
      const { publishFiles } = await import('#cli/convention/publish');
      await publishFiles(files, options.key, output);
      return 0;
    }
    case 'help':
      console.log(CONVENTION_HELP);
      return 0;
    default:
      throw new UsageError(
        verb === '' ? 'Say what to do with conventions.' : `There is no command "convention ${verb}".`,
      );
  }
}

/** A convention is tested among those of its folder, as it would take effect. */
function foldersOf(files: readonly string[]): string[] {
  return [...new Set(files.map((file) => (isFolder(file) ? file : dirname(file))))];
}
