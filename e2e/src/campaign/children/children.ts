import { eventually } from '@liaison/testing';
import { query, readBooks } from '../../books';
import { failOn } from '../../checker';
import type { System } from '../../system';
import type { CampaignLoad, Done } from '../target';
import type { Load } from '../../load';
import { readChildBooks } from './books';
import { bedFaults, findChildFaults } from './checker';
import { type Act, Diary } from './diary';
import { findChildLeaks } from './leaks';
import { peopleOf } from './people';
import { startWork } from './work';

const PATIENCE_MS = 60_000;

/** What is done for children while a system is hurt, and what has to hold of it afterwards. */
export class Children {
  private readonly diary = new Diary();
  private readonly people;

  constructor(private readonly system: System) {
    this.people = peopleOf(system, this.diary);
  }

  /** Everybody works while notices are issued, and both go on or neither. */
  beside(notices: Load): CampaignLoad {
    const work = startWork(this.people, this.diary);
    const before = this.diary.acts.length;
    return {
      accepted: notices.accepted,
      more: async (count) => void (await Promise.all([notices.more(count), work.goOn()])),
      stop: async () => {
        for (const outcome of await Promise.allSettled([notices.stop(), work.stop()])) {
          if (outcome.status === 'rejected') throw outcome.reason;
        }
      },
      steps: () => countsOf(this.diary.acts.slice(before)),
    };
  }

  /** What follows by itself, and has not yet. */
  async pending(): Promise<readonly string[]> {
    const found: string[] = [];
    for (const service of ['association', 'ase', 'ase-13'] as const) {
      const [row] = await query<{ count: string }>(this.system.databaseUrl(service), TO_TELL);
      if (Number(row?.count) > 0) found.push(`${service}: ${row?.count} flights to tell of`);
    }
    return found;
  }

  /** @throws Error that says what does not hold: within one agency only where another has forgotten something */
  async check({ forgetful }: { readonly forgetful: boolean }): Promise<void> {
    await eventually(
      async () => {
        const books = await readChildBooks(this.system);
        const whole = async () => findChildFaults(books, await readBooks(this.system), this.diary.acts);
        failOn(forgetful ? bedFaults(books) : await whole());
      },
      { timeoutMs: PATIENCE_MS, everyMs: 500 },
    );
    failOn(await findChildLeaks(this.system, this.diary.acts));
  }
}

function countsOf(acts: readonly Act[]): Done[] {
  const counts = new Map<string, number>();
  for (const { step } of acts) counts.set(step, (counts.get(step) ?? 0) + 1);
  return [...counts].map(([step, count]) => ({ step, count }));
}

/** As the sweep of flights looks for them. */
const TO_TELL = `
SELECT (SELECT count(*) FROM flight.received
         WHERE passed_on_at IS NULL AND state = 'gone' AND case_id IS NOT NULL)
     + (SELECT count(*) FROM flight.known k JOIN flight.received r ON r.id = k.origin
         WHERE k.state IN ('noticed', 'reported') AND r.state NOT IN ('overdue', 'gone')) AS count`;
