import { inSpan, outsideSpans } from '../tracing/spans';
import { isDatabaseUnavailable } from './database-errors';

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Runs calls that come while one is running together, in one transaction instead of one each: the first goes at once and
 * alone, those that came meanwhile are the next group. Nobody waits for company.
 */
export class Grouped<Item, Result> {
  private readonly waiting = new Map<string, Waiting<Item, Result>[]>();
  private readonly running = new Set<string>();

  /**
   * @param run does all of a group or none of it, and answers in the order of the items. A group that fails for what it
   * contains is run again one by one, so that one bad item fails alone.
   */
  constructor(
    private readonly run: (items: readonly Item[]) => Promise<readonly Result[]>,
    private readonly maxSize = 50,
  ) {}

  /** Only items of one key are grouped, and one group of a key runs at a time. */
  submit(key: string, item: Item): Promise<Result> {
    const enqueue = () =>
      new Promise<Result>((resolve, reject) => {
        const queue = this.waiting.get(key) ?? [];
        this.waiting.set(key, queue);
        queue.push({ item, resolve, reject });
        if (!this.running.has(key)) void outsideSpans(() => this.drain(key, queue));
      });
    return inSpan('transaction', enqueue);
  }

  private async drain(key: string, queue: Waiting<Item, Result>[]): Promise<void> {
    this.running.add(key);
    while (queue.length > 0) await this.attempt(queue.splice(0, this.maxSize));
    this.running.delete(key);
    this.waiting.delete(key);
  }

  private async attempt(group: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.run(group.map(({ item }) => item));
      group.forEach(({ resolve }, index) => resolve(results[index] as Result));
    } catch (error) {
      if (group.length === 1 || isDatabaseUnavailable(error)) for (const { reject } of group) reject(error);
      else for (const one of group) await this.attempt([one]);
    }
  }
}
