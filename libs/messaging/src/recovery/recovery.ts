import type { Directory } from '@liaison/kernel';
import type { DataSource } from 'typeorm';
import type { MessagingLogger } from '../dispatch/ports';
import type { Lanes } from '../outbox/lanes';
import { purgeSealed, type Retention, RETENTION } from './retention';
import { askForOverdue, listOverdue, OVERDUE_SECONDS } from './overdue';
import { askAfterRestore, askForHoles, repeatVoids } from './sweeps';

export interface RecoveryOptions {
  readonly agency: string;
  readonly directory: Directory;
  readonly database: DataSource;
  readonly lanes: Lanes;
  readonly logger: MessagingLogger;
  readonly wake: (lanes: readonly number[]) => void;
  /** How often holes, voids and overdue answers are looked at, in ms (default 1000). */
  readonly sweepMs?: number;
  /** Seconds after which what was sent should have been acknowledged (default 300). */
  readonly overdueSeconds?: number;
  /** How long sealed bytes are kept (default 30 days after their arrival, 180 whatever the recipient says). */
  readonly retention?: Retention;
  /** Takes up again what a new start may understand. @returns how many */
  readonly redriveUnderstood: () => Promise<number>;
}

/** How often retention looks whether its hour has come, in ms. */
const RETENTION_MS = 30_000;

/**
 * Looks, by the database's clock, at what has been lost and asks again: holes, voids without an answer, everything
 * after a restore. What to do and when stands in tables, so that a restart neither forgets nor hurries; several
 * processes of one agency share the work row by row.
 */
export class Recovery {
  private timer?: NodeJS.Timeout;
  private running?: Promise<void>;
  private retained = -Infinity;
  private caughtUp = false;

  constructor(private readonly options: RecoveryOptions) {}

  start(): void {
    this.timer = setInterval(() => void this.sweep(), this.options.sweepMs ?? 1_000);
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  /** One round of every sweep; a round that is under way is waited for instead. Never rejects. */
  sweep(): Promise<void> {
    this.running ??= this.round().finally(() => (this.running = undefined));
    return this.running;
  }

  private async round(): Promise<void> {
    const { database, logger, wake } = this.options;
    const woken: number[] = [];
    for (const sweep of [
      () => askForHoles(database),
      () => repeatVoids(database),
      () => askAfterRestore(database, this.options),
      () => this.overdue(),
      () => this.retain(),
      () => this.catchUp(),
    ]) {
      try {
        woken.push(...(await sweep()));
      } catch (error) {
        logger.warn({ err: error }, 'a sweep of recovery failed');
      }
    }
    if (woken.length > 0) wake([...new Set(woken)]);
  }

  /** At the next round: what this agency lacked may have come. */
  catchUpAgain(): void {
    this.caughtUp = false;
  }

  private async catchUp(): Promise<number[]> {
    if (this.caughtUp) return [];
    this.caughtUp = true;
    const letters = await this.options.redriveUnderstood().catch((error: unknown) => {
      this.caughtUp = false;
      throw error;
    });
    if (letters) this.options.logger.info({ letters }, 'letters that may be understood by now were redriven');
    return [];
  }

  private async retain(): Promise<number[]> {
    const { database, retention = RETENTION, logger } = this.options;
    if (performance.now() - this.retained < RETENTION_MS) return [];
    this.retained = performance.now();
    const purged = await purgeSealed(database, retention);
    if (purged) logger.info({ purged }, 'sealed bytes were purged');
    return [];
  }

  private async overdue(): Promise<number[]> {
    const { database, overdueSeconds = OVERDUE_SECONDS } = this.options;
    await listOverdue(database, overdueSeconds);
    return askForOverdue(database);
  }
}
