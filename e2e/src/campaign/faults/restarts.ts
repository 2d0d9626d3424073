import type { Target } from '../target';
import { supervise } from './processes';
import type { Undo } from './undo';

/** SIGTERM to one after the other; each is ready before the next goes. */
export async function rollingRestart(target: Target): Promise<Undo> {
  for (const victim of target.services) await supervise(victim);
  return async () => undefined;
}

/** A second and a third process of the service come at once and go one by one: each time partitions change hands. */
export async function rebalanceStorm(target: Target, service: string): Promise<Undo> {
  const twins = await Promise.allSettled([target.startTwin(service), target.startTwin(service)]);
  const started = twins.flatMap((it) => (it.status === 'fulfilled' ? [it.value] : []));
  await started.shift()?.stop();
  return async () => {
    await Promise.all(started.map((twin) => twin.stop()));
    for (const it of twins) if (it.status === 'rejected') throw it.reason;
  };
}
