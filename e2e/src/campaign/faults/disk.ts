import type { Target } from '../target';
import { awake, type Undo } from './undo';

/** Not a byte is left for the database: what it cannot write fails (53100), and without a log to write it ends (PANIC). */
export async function diskFull({ disk, postgres }: Target): Promise<Undo> {
  if (!disk) throw new Error('the database has no file system of its own here');
  disk.fill();
  return async () => {
    disk.free();
    await awake(postgres);
  };
}
