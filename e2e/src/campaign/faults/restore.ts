import type { Target } from '../target';
import { killService, supervise } from './processes';
import { victimOf } from '../target';
import type { Undo } from './undo';

/** A backup of a service's database is taken; the service goes on, and then loses everything since. */
export async function restore(target: Target, service: string): Promise<Undo> {
  const victim = victimOf(target, service);
  await killService(target, service);
  const backup = await target.backUp(service);
  await supervise(victim);
  return async () => {
    await killService(target, service);
    await backup.restore();
    await supervise(victim);
  };
}
