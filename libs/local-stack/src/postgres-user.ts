import { AppError } from '@liaison/kernel';
import { execFileSync } from 'node:child_process';
import { chownSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

/** Under whom to run a command, in the form that `spawn` and `superviseProcess` take. */
export interface Invocation {
  readonly command: string;
  readonly args: readonly string[];
  readonly runAs?: ServerUser;
}

/**
 * PostgreSQL refuses to run as root. Where this process is root: the user `postgres`, else `nobody`, both of which
 * exist without changing the system. Nothing for anybody else.
 */
export function findServerUser(): ServerUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  for (const wanted of ['postgres', 'nobody']) {
    const [, , uid, gid] = users.find(([name]) => name === wanted) ?? [];
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new AppError(
    'postgres-unavailable',
    'PostgreSQL cannot run as root, and there is no user postgres or nobody.',
  );
}

export function giveTo(user: ServerUser | undefined, path: string): void {
  if (user) chownSync(path, user.uid, user.gid);
}

/**
 * A command as the server's user. A checkout below a private folder (`/root`, 0700) is out of that user's reach: there
 * it keeps one of root's capabilities, to pass through folders.
 */
export function asServerUser(
  user: ServerUser | undefined,
  command: string,
  args: readonly string[],
  folders: readonly string[],
): Invocation {
  if (!user) return { command, args };
  if ([command, ...folders].every((path) => canReach(user, path))) return { command, args, runAs: user };
  const capability = '+dac_override';
  const as = [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups'];
  requireSetpriv();
  return {
    command: 'setpriv',
    args: [...as, `--inh-caps=${capability}`, `--ambient-caps=${capability}`, '--', command, ...args],
  };
}

/** May this user enter every folder above the path? */
function canReach(user: ServerUser, path: string): boolean {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const { mode, uid, gid } = statSync(folder);
    const shift = uid === user.uid ? 6 : gid === user.gid ? 3 : 0;
    if (((mode >> shift) & 1) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}

function requireSetpriv(): void {
  try {
    execFileSync('setpriv', ['--version'], { stdio: 'ignore' });
  } catch (cause) {
    throw new AppError(
      'postgres-unavailable',
      'PostgreSQL cannot run as root, and its user cannot enter this folder. Run as another user, or from a folder that all may enter.',
      { cause },
    );
  }
}
