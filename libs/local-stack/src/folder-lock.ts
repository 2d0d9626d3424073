import { AppError } from '@liaison/kernel';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf } from './data-folder';
import { startOf } from './process-table';

/**
 * One stack at a time in a data folder. A lock whose process has ended is taken over; a pid alone would not tell, since
 * a later process may have it. The result gives the lock back; it is also given back when this process exits.
 * @throws AppError `already-running`
 */
export function lockFolder(folder: string): () => void {
  const file = join(folder, 'lock');
  const mine = JSON.stringify({ pid: process.pid, start: startOf(process.pid) });
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, mine);
  try {
    while (!tryLink(draft, file)) removeStale(file, folder);
  } finally {
    rmSync(draft, { force: true });
  }
  const release = (): void => {
    if (read(file) === mine) rmSync(file, { force: true });
  };
  process.once('exit', release);
  return () => {
    process.removeListener('exit', release);
    release();
  };
}

/** A link appears with its content, and only if the name is free. */
function tryLink(draft: string, file: string): boolean {
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

function removeStale(file: string, folder: string): void {
  const judged = read(file);
  if (judged === undefined) return;
  const owner = parse(judged);
  if (owner !== undefined && startOf(owner.pid) === owner.start) throw alreadyRunning(folder, owner.pid);
  // Somebody else may have replaced the stale lock since: what is moved away has to be what was judged.
  const aside = `${file}.stale-${process.pid}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  if (read(aside) !== judged) tryLink(aside, file);
  rmSync(aside, { force: true });
}

function alreadyRunning(folder: string, pid: number): AppError {
  return new AppError(
    'already-running',
    `Liaison runs in ${folder} already (process ${pid}). Stop it first, or set LIAISON_DATA_DIR and LIAISON_PORT_BASE for a second one.`,
  );
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function parse(lock: string): { readonly pid: number; readonly start: string } | undefined {
  try {
    const { pid, start } = JSON.parse(lock) as { pid?: unknown; start?: unknown };
    return typeof pid === 'number' && typeof start === 'string' && start !== '' ? { pid, start } : undefined;
  } catch {
    return undefined;
  }
}
