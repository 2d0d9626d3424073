import { AppError } from '@liaison/kernel';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Makes a folder that this process can write to.
 * @throws AppError `data-folder-not-writable`
 */
export function ensureWritableFolder(folder: string): void {
  const probe = join(folder, `.probe-${process.pid}`);
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(probe, '');
    rmSync(probe);
  } catch (error) {
    throw new AppError(
      'data-folder-not-writable',
      `Cannot write to ${folder} (${codeOf(error)}). Give this user the right to, or set LIAISON_DATA_DIR to another folder.`,
      { cause: error },
    );
  }
}

export function brokenDataFolder(folder: string, why: string): AppError {
  return new AppError(
    'data-folder-broken',
    `The data folder ${folder} cannot be used: ${why}. Restore it, or begin anew with --fresh (its data is lost).`,
  );
}

/** The secret kept in a file (0600), made at random the first time. */
export function ensureSecret(file: string): string {
  try {
    const secret = readFileSync(file, 'utf8').trim();
    if (secret !== '') return secret;
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
  const secret = randomBytes(24).toString('base64url');
  writeWhole(file, `${secret}\n`);
  return secret;
}

/** All of the file or none of it, readable by this user alone. */
export function writeWhole(file: string, content: string): void {
  const draft = `${file}.${process.pid}.tmp`;
  writeFileSync(draft, content, { mode: 0o600 });
  renameSync(draft, file);
}

export function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : 'unknown error';
}
