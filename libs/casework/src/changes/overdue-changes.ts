import type { Clock } from '@liaison/kernel';
import { INGEST_DATABASE, LOGGER, type Logger } from '@liaison/platform';
import { type BeforeApplicationShutdown, Inject, Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { CLOCK } from '../agency/tokens';

/**
 * Injection token of SQL that notes on records that the feed has told of their being overdue: UPDATEs whose only
 * parameter is the time of now, that change each row once. A trigger of `watchTable` writes the line.
 */
export const OVERDUE_CHANGES = Symbol('OVERDUE_CHANGES');

const LOOK_MS = 15_000;

/**
 * Time makes things overdue, not a statement: somebody has to look, so that the change feed tells it. A look is one
 * transaction a kind of record; whoever dies in it has told nothing, and the next look tells it.
 */
@Injectable()
export class OverdueChanges implements BeforeApplicationShutdown {
  private timer?: NodeJS.Timeout;
  private looking: Promise<void> = Promise.resolve();

  constructor(
    @Inject(INGEST_DATABASE) private readonly database: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(OVERDUE_CHANGES) private readonly updates: readonly string[],
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  start(): void {
    if (this.updates.length === 0) return;
    this.timer = setInterval(() => void this.look(), LOOK_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.looking;
  }

  /** Tells what has become overdue since the last look; one look at a time. */
  look(): Promise<void> {
    this.looking = this.looking.then(() => this.tell());
    return this.looking;
  }

  private async tell(): Promise<void> {
    try {
      for (const update of this.updates) await this.database.query(update, [this.clock.now()]);
    } catch (error) {
      this.logger.warn({ err: error }, 'what became overdue could not be told in the change feed');
    }
  }
}
