import { isTransient } from './consumer/transient';

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (reason: unknown) => void;
}

/** What lanes share: round trips to the database, of which two run at once, and never too much to hold in memory. */
export const LANES_TOGETHER: TogetherLimits = { atOnce: 2, most: 16 };

export interface TogetherLimits {
  /** Runs at once: what comes meanwhile gathers. */
  readonly atOnce: number;
  /** Items in one run. */
  readonly most: number;
}

/**
 * One step of many lanes in few statements: what is asked for while the step runs for others goes together, when they are
 * done. The first goes at once and alone; nobody waits for company. A lane of its own at a low rate notices nothing of it.
 */
export class Together<Item, Result> {
  private readonly waiting: Waiting<Item, Result>[] = [];
  private running = 0;

  /**
   * @param run does all of a group or none of it, and answers in the order of the items. A group that fails for what it
   * contains is run again one by one, so that one bad item fails alone.
   */
  constructor(
    private readonly run: (items: readonly Item[]) => Promise<readonly Result[]>,
    private readonly limits: TogetherLimits,
  ) {}

  ask(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      if (this.running < this.limits.atOnce) void this.drain();
    });
  }

  private async drain(): Promise<void> {
    this.running += 1;
    while (this.waiting.length > 0) await this.attempt(this.waiting.splice(0, this.limits.most));
    this.running -= 1;
  }

  private async attempt(group: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.run(group.map(({ item }) => item));
      group.forEach(({ resolve }, index) => resolve(results[index] as Result));
    } catch (error) {
      if (group.length === 1 || isTransient(error)) for (const { reject } of group) reject(error);
      else for (const one of group) await this.attempt([one]);
    }
  }
}
