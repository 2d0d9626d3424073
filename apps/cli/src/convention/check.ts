import { dirname, resolve } from 'node:path';
import { AppError } from '@liaison/kernel';
import { checkSet, type Finding, parseCases, parseConvention, parseStatutory } from '@liaison/sharing-policy';
import type { Output } from '../output';
import {
  casesOf,
  compile,
  conventionFiles,
  events,
  installedConventions,
  isFolder,
  readSet,
  readText,
  sha256,
} from './convention-set';

/** What is wrong, with the code of the finding, or of the error of a file that does not load. */
type Reported = Omit<Finding, 'code'> & { readonly code: string };

/**
 * Says what is wrong with conventions, floors and cases: each file by itself and, once all of them load, what is said of
 * them among those of their folder.
 * @returns how many errors there are; warnings are said and not counted
 * @throws AppError `conventions-unreadable`
 */
export function checkFiles(paths: readonly string[], output: Output): number {
  const given = paths.length > 0 ? paths : [installedConventions];
  const files = given.flatMap((path) => (isFolder(path) ? allFiles(path) : [path]));
  const unread = files.flatMap((file) => mistakesOf(() => parse(file)));
  const findings = unread.length > 0 ? unread : findingsIn(files);
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  for (const { place, severity, code, message } of findings) {
    output.say(`${place}: ${severity} ${code}: ${message}`);
  }
  output.say(`${files.length} files, ${errors} errors, ${findings.length - errors} warnings`);
  output.result({ files: files.length, findings });
  return errors;
}

function allFiles(folder: string): string[] {
  const statutory = `${folder}/statutory`;
  const floors = isFolder(statutory) ? conventionFiles(statutory) : [];
  return [...conventionFiles(folder), ...floors, ...casesOf(folder)];
}

const isFloor = (file: string): boolean => dirname(file).endsWith('statutory');
const isCases = (file: string): boolean => file.endsWith('.cases.yaml');

function parse(file: string): unknown {
  const text = readText(file);
  if (isCases(file)) return parseCases(text, file);
  return isFloor(file) ? parseStatutory(text, file) : parseConvention(text, file, sha256);
}

function findingsIn(files: readonly string[]): Reported[] {
  const read = files.filter((file) => !isCases(file));
  const folders = new Set(read.map((file) => (isFloor(file) ? dirname(dirname(file)) : dirname(file))));
  const asked = new Set(read.map((file) => resolve(file)));
  return [...folders].flatMap((folder) => {
    const set = readSet([folder]);
    const found: Reported[] = checkSet({ ...set, events }).filter(({ place }) =>
      asked.has(resolve(place.replace(/:\d+:\d+$/, ''))),
    );
    const known = new Set(found.map(({ message }) => message));
    return [...found, ...mistakesOf(() => compile(set)).filter(({ message }) => !known.has(message))];
  });
}

const INVALID = ['convention-invalid', 'cases-invalid'];

function mistakesOf(act: () => unknown): Reported[] {
  try {
    act();
    return [];
  } catch (error) {
    if (!(error instanceof AppError && INVALID.includes(error.code))) throw error;
    const [, place = '', message = error.message] = /^(.*?:\d+:\d+): (.*)$/s.exec(error.message) ?? [];
    return [{ code: error.code, severity: 'error', place, message }];
  }
}
