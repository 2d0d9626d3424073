import type { Running } from '../contestant';
import { watchCount } from '../database';
import type { Environment } from '../environment';
import { runLoad } from '../load';
import { cpuOf } from '../processes';

/** Events that the broker has from the police for any préfecture: the police sends nothing else there. */
const PUBLISHED = `
SELECT coalesce(sum(marked_position), 0) AS count FROM messaging.lane WHERE topic LIKE 'liaison.inbox.prefecture%'`;

const TO_THE_PREFECTURE = [{ recipients: [{ agency: 'prefecture-75' }] }] as const;

/** Notices to these agencies in turn, whoever is competent; by default to the one that has a service. */
export function addressed(running: Running, agencies?: readonly string[]): Running {
  const variants = agencies?.map((agency) => ({ recipients: [{ agency }] })) ?? TO_THE_PREFECTURE;
  return { ...running, target: { ...running.target, variants } };
}

/** CPU of everything that runs, from the first request until the broker has the last notice: for recipients without a service. */
export async function measurePublishing(
  environment: Environment,
  { target, processes }: Running,
  { events, connections }: { readonly events: number; readonly connections: number },
): Promise<{ readonly perSecond: number; readonly cpuMs: number }> {
  const published = await watchCount(policeDatabase(environment), PUBLISHED);
  try {
    const before = await published.count();
    const cpuBefore = total(cpuOf(processes));
    const { startedAt } = await runLoad({ kind: 'throughput', target, connections, events });
    const endedAt = await published.until(before + events);
    return {
      perSecond: (events * 1000) / (endedAt - startedAt),
      cpuMs: (total(cpuOf(processes)) - cpuBefore) / events,
    };
  } finally {
    await published.close();
  }
}

export const policeDatabase = (environment: Environment): string =>
  environment.databaseUrl(environment.stack.service('police').database.name);

const total = (cpu: Readonly<Record<string, number>>): number =>
  Object.values(cpu).reduce((sum, ms) => sum + ms, 0);
