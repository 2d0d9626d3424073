import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SmallDisk } from './target';

export interface MountedDisk extends SmallDisk {
  unmount(): void;
}

const SIZE = '1g';
const ATTEMPTS = 20;

/** May this process mount a file system? Root in most places; nobody else. */
export function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'liaison-mount-'));
  try {
    mount(folder).unmount();
    return true;
  } catch {
    return false;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A file system in memory, of limited size; what fills it is a file that nobody but us knows. */
export function mountDisk(folder: string): MountedDisk {
  mkdirSync(folder, { recursive: true });
  return mount(folder);
}

function mount(folder: string): MountedDisk {
  run('mount', '-t', 'tmpfs', '-o', `size=${SIZE},mode=0755`, 'liaison-small-disk', folder);
  const ballast = join(folder, 'ballast');
  const unmount = (): void => run('umount', '-l', folder);
  // A mount outlives its process, unlike the servers on it.
  process.once('exit', unmount);
  return {
    fill: () => {
      // The database writes meanwhile: what was left a moment ago may be too much by now.
      for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
        const { bavail, bsize } = statfsSync(folder);
        if (bavail === 0) return;
        try {
          return run('fallocate', '-l', String(bavail * bsize), ballast);
        } catch (error) {
          if (attempt === ATTEMPTS - 1) throw error;
        }
      }
    },
    free: () => rmSync(ballast, { force: true }),
    unmount: () => {
      process.off('exit', unmount);
      unmount();
    },
  };
}

const run = (command: string, ...args: string[]): void => {
  execFileSync(command, args, { stdio: 'pipe' });
};
