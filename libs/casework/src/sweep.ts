import type { Logger } from '@liaison/platform';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';

/**
 * Looks again and again for what time brings about and no act of a person. One round at a time in a process; a round that
 * fails is said in the log and taken up by the next.
 */
export abstract class Sweep implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer?: NodeJS.Timeout;
  private running?: Promise<void>;

  /** @param failed what the log says of a round that failed */
  protected constructor(
    protected readonly logger: Logger,
    private readonly everyMs: number,
    private readonly failed: string,
  ) {}

  protected abstract round(): Promise<void>;

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.begin(), this.everyMs);
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  /** One whole round that begins after the call: one that is under way may have looked already. Never rejects. */
  async sweep(): Promise<void> {
    await this.running;
    return this.begin();
  }

  /** One that is under way is waited for instead. */
  private begin(): Promise<void> {
    this.running ??= this.round()
      .catch((error: unknown) => this.warn(error))
      .finally(() => (this.running = undefined));
    return this.running;
  }

  /** Each of what is due by itself: one that fails is said in the log and keeps none of the others. @returns lanes to wake */
  protected each<Due>(
    due: readonly Due[],
    work: (one: Due) => Promise<readonly number[]>,
  ): Promise<readonly number[]> {
    return oneByOne(due, work, (error) => this.warn(error));
  }

  protected warn(error: unknown): void {
    this.logger.warn({ err: error }, this.failed);
  }
}

/** As `Sweep.each`, for what is a part of a sweep. */
export async function oneByOne<Due>(
  due: readonly Due[],
  work: (one: Due) => Promise<readonly number[]>,
  failed: (error: unknown) => void,
): Promise<readonly number[]> {
  const lanes = new Set<number>();
  for (const one of due) {
    try {
      for (const lane of await work(one)) lanes.add(lane);
    } catch (error) {
      failed(error);
    }
  }
  return [...lanes];
}
