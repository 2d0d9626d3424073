import { hash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DESCRIPTIONS } from '@liaison/contracts';
import { AppError } from '@liaison/kernel';
import { readConventions } from '@liaison/platform/conventions';
import {
  compilePolicy,
  parseConvention,
  type Convention,
  type EventDescription,
  type Policy,
  type Statute,
} from '@liaison/sharing-policy';

/** Conventions and the floors beside them, parsed. */
export interface ConventionSet {
  readonly conventions: readonly Convention[];
  readonly statutory: readonly Statute[];
}

/** The conventions of this installation. */
export const installedConventions = join(__dirname, '..', '..', '..', '..', 'conventions');

export const events: readonly EventDescription[] = DESCRIPTIONS;

/**
 * The conventions of folders and files. The floors are those of the folder, or of the folder that a file is in, or
 * else those of this installation: there is no set without floors.
 * @throws AppError `conventions-unreadable`, `convention-invalid`
 */
export function readSet(paths: readonly string[]): ConventionSet {
  const sets = (paths.length === 0 ? [installedConventions] : paths).map((path) => {
    const folder = isFolder(path) ? path : dirname(path);
    const floors = isFolder(join(folder, 'statutory')) ? folder : installedConventions;
    if (folder === path && floors === path) return readConventions(path);
    const files = folder === path ? conventionFiles(path) : [path];
    return {
      conventions: files.map((file) => parseConvention(readText(file), file, sha256)),
      statutory: readConventions(floors).statutory,
    };
  });
  const statutory = new Map(sets.flatMap((set) => set.statutory).map((each) => [each.file, each]));
  return { conventions: sets.flatMap((set) => set.conventions), statutory: [...statutory.values()] };
}

/** @throws AppError `convention-invalid` */
export function compile(set: ConventionSet): Policy {
  return compilePolicy({ ...set, events, sha256 });
}

export function sha256(text: string): string {
  return hash('sha256', text);
}

/** Paths of the conventions (not their cases, schemas and floors) in a folder. */
export function conventionFiles(folder: string): string[] {
  return filesIn(folder, (name) => name.endsWith('.yaml') && !name.endsWith('.cases.yaml'));
}

/** Paths of the files of cases that stand in a folder, or beside the version of a convention. */
export function casesOf(path: string): string[] {
  if (isFolder(path)) return filesIn(path, (name) => name.endsWith('.cases.yaml'));
  if (path.endsWith('.cases.yaml')) return [path];
  const id = basename(path).replace(/(\.v\d+)?\.yaml$/, '');
  return filesIn(dirname(path), (name) => name === `${id}.cases.yaml`);
}

function filesIn(folder: string, wanted: (name: string) => boolean): string[] {
  try {
    return readdirSync(folder)
      .filter(wanted)
      .sort()
      .map((name) => join(folder, name));
  } catch (cause) {
    throw new AppError(
      'conventions-unreadable',
      `${folder} cannot be read: name a folder or a file that can`,
      {
        cause,
      },
    );
  }
}

export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** @throws AppError `conventions-unreadable` */
export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new AppError('conventions-unreadable', `${path} cannot be read: name a folder or a file that can`, {
      cause,
    });
  }
}
