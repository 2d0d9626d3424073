import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SmallDisk } from './target';

export interface MountedDisk extends SmallDisk {
  unmount(): void;
}

const SIZE = '1g';

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
  return {
    fill: () => {
      const { bavail, bsize } = statfsSync(folder);
      if (bavail > 0) run('fallocate', '-l', String(bavail * bsize), ballast);
    },
    free: () => rmSync(ballast, { force: true }),
    unmount: () => run('umount', '-l', folder),
  };
}

const run = (command: string, ...args: string[]): void => {
  execFileSync(command, args, { stdio: 'pipe' });
};
