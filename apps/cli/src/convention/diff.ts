import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { AppError } from '@liaison/kernel';
import { diffOf, type Change } from '@liaison/sharing-policy';
import type { Output } from '../output';
import { textLines } from '../walkthrough/table';
import { compile, type ConventionSet, events, isFolder, readSet, readText } from './convention-set';

/**
 * Says everything that one set of conventions shows or asks otherwise than an earlier one.
 * @returns how many changes
 * @throws AppError `conventions-unreadable`, `convention-invalid`
 */
export function showDiff(before: string, after: string, output: Output): number {
  const now = readSet([after]);
  const changes = compare(readSet([before]), now);
  for (const line of changes.flatMap(changeLines)) output.say(line);
  for (const line of unsigned(now)) output.say(line);
  output.say(summary(changes));
  output.result({ changes });
  return changes.length;
}

/**
 * What a merge asks: a warning for what a change opens, and for each convention that it opens a line in its changelog,
 * `<id>.changelog.md` beside it (for a floor `statutory/<id>.changelog.md`). A convention that is new explains itself.
 * @returns how many lines are missing
 */
export function askForChangelog(before: string, after: string, output: Output): number {
  let old: ConventionSet;
  try {
    old = readSet([before]);
    compile(old);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    output.say(`Not compared: the earlier conventions do not load any more. ${error.message}`);
    return 0;
  }
  const changes = compare(old, readSet([after]));
  output.say(summary(changes));
  const widenings = changes.filter(({ direction }) => direction === 'widening');
  if (widenings.length === 0) return 0;
  const frame = '='.repeat(78);
  output.say(`${frame}\nWARNING: this change lets somebody learn more than before\n`);
  for (const line of widenings.flatMap(changeLines)) output.say(line);
  const known = new Set([...old.conventions, ...old.statutory].map(({ id }) => id));
  const missing = [...new Set(widenings.flatMap(sourcesOf))]
    .filter((id) => known.has(id) && !hasNewLine(id, folderOf(before), folderOf(after)))
    .sort();
  for (const id of missing) {
    output.say(`Say in ${changelogOf(id, folderOf(after))} what is opened, for whom and why: one line.`);
  }
  output.say(frame);
  return missing.length;
}

function compare(before: ConventionSet, after: ConventionSet): readonly Change[] {
  for (const set of [before, after]) compile(set);
  return diffOf(before, after, events);
}

/** Ids of the conventions and floors whose text makes a change: those that decide it now, or no longer do. */
function sourcesOf({ rulesBefore, rulesAfter }: Change): string[] {
  const ids = [...rulesAfter, ...rulesBefore].map((rule) => rule.split('/', 1)[0] ?? rule);
  return ids.filter((id) => id !== 'R01');
}

function hasNewLine(id: string, before: string, after: string): boolean {
  const [old, now] = [before, after].map((folder) => {
    const file = changelogOf(id, folder);
    return existsSync(file) ? readText(file).split('\n') : [];
  }) as [string[], string[]];
  return now.some((line) => line.trim() !== '' && !old.includes(line));
}

function changelogOf(id: string, folder: string): string {
  return join(folder, /^R\d{2}$/.test(id) ? 'statutory' : '', `${id}.changelog.md`);
}

function folderOf(path: string): string {
  return isFolder(path) ? path : dirname(path);
}

function unsigned({ conventions }: ConventionSet): string[] {
  return conventions
    .filter(({ signedOn }) => signedOn === undefined)
    .map(
      ({ file }) =>
        `${file} is not signed: it is compared as if it were, and counts for nothing until it is.`,
    );
}

function changeLines(change: Change): string[] {
  const { direction, event, from, to, operation, what, example } = change;
  const rules = (ids: readonly string[]) => (ids.length === 0 ? 'no rule' : ids.join(', '));
  return [
    `${direction.toUpperCase()} ${operation} of ${event}, ${from} -> ${to}`,
    ...textLines(`${what.join(', ')}: ${change.before} -> ${change.after}`),
    ...textLines(`before by ${rules(change.rulesBefore)}; now by ${rules(change.rulesAfter)}`),
    `  for example ${JSON.stringify(example)}`,
    '',
  ];
}

function summary(changes: readonly Change[]): string {
  const widenings = changes.filter(({ direction }) => direction === 'widening').length;
  return `${widenings} widenings, ${changes.length - widenings} narrowings`;
}
