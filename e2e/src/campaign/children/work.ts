import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '@liaison/testing';
import type { Diary } from './diary';
import type { Person } from './people';

const TURN_MS = 400;
const PATIENCE_MS = 60_000;
/** Where every child's way begins, and where it goes on. */
const AT_LEAST = ['association', 'ase'] as const;

export interface Work {
  /** Waits until services that take children in have accepted something more. */
  goOn(): Promise<void>;
  /** Begins nothing more; resolves when what was begun has been answered. @throws Error that says what was not */
  stop(): Promise<void>;
}

/** Everybody does what there is to do, until they are told to stop; the next time they go on with what they find then. */
export function startWork(people: readonly Person[], diary: Diary): Work {
  let stopping = false;
  const works = async (person: Person): Promise<void> => {
    while (!stopping) {
      await person();
      await sleep(TURN_MS);
    }
  };
  const all = Promise.allSettled(people.map(works));
  const doneBy = (service: string): number => diary.acts.filter((act) => act.service === service).length;
  return {
    goOn: async () => {
      const before = AT_LEAST.map(doneBy);
      await eventually(() => AT_LEAST.every((service, index) => doneBy(service) > (before[index] ?? 0)), {
        timeoutMs: PATIENCE_MS,
        everyMs: 100,
      });
    },
    stop: async () => {
      stopping = true;
      for (const outcome of await all) if (outcome.status === 'rejected') throw outcome.reason;
    },
  };
}
