import { dirname } from 'node:path';
import { AppError } from '@liaison/kernel';
import { parseConvention, parseStatutory } from '@liaison/sharing-policy';
import type { Output } from '../output';
import {
  compile,
  conventionFiles,
  installedConventions,
  isFolder,
  readSet,
  readText,
  sha256,
} from './convention-set';

/**
 * Says what is wrong with conventions and floors: each file by itself, then those that load among those of their folder.
 * @returns how many findings
 * @throws AppError `conventions-unreadable`
 */
export function checkFiles(paths: readonly string[], output: Output): number {
  const given = paths.length > 0 ? paths : [installedConventions];
  const files = given.flatMap((path) => (isFolder(path) ? allFiles(path) : [path]));
  const findings = files.flatMap((file) => messagesOf(() => parse(file)));
  if (findings.length === 0) {
    const folders = [
      ...new Set(files.map((file) => (isFloor(file) ? dirname(dirname(file)) : dirname(file)))),
    ];
    findings.push(...folders.flatMap((folder) => messagesOf(() => compile(readSet([folder])))));
  }
  for (const message of findings) output.say(message);
  output.say(`${files.length} files, ${findings.length} findings`);
  output.result({ files: files.length, findings });
  return findings.length;
}

function allFiles(folder: string): string[] {
  const statutory = `${folder}/statutory`;
  return [...conventionFiles(folder), ...(isFolder(statutory) ? conventionFiles(statutory) : [])];
}

function isFloor(file: string): boolean {
  return dirname(file).endsWith('statutory');
}

function parse(file: string): void {
  const text = readText(file);
  if (isFloor(file)) parseStatutory(text, file);
  else parseConvention(text, file, sha256);
}

function messagesOf(act: () => unknown): string[] {
  try {
    act();
    return [];
  } catch (error) {
    if (error instanceof AppError && error.code === 'convention-invalid') return [error.message];
    throw error;
  }
}
