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

  protected warn(error: unknown): void {
    this.logger.warn({ err: error }, this.failed);
  }
}
