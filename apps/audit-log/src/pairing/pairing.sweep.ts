import { INGEST_DATABASE, LOGGER, type Logger, Metrics } from '@liaison/platform';
import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { AuditLogConfig } from '../config';
import { observeUnpaired } from './observe-unpaired';
import { countUnpaired, listUnpaired } from './pairing';

const SWEEP_MS = 10_000;

/** Keeps the list of unpaired records. */
@Injectable()
export class PairingSweep implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer?: NodeJS.Timeout;
  private running?: Promise<void>;

  constructor(
    @Inject(INGEST_DATABASE) private readonly database: DataSource,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly config: AuditLogConfig,
    metrics: Metrics,
  ) {
    observeUnpaired(metrics, () => countUnpaired(database));
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.sweep(), SWEEP_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  /** One round; one that is under way is waited for instead. Never rejects. */
  sweep(): Promise<void> {
    this.running ??= listUnpaired(this.database, this.config.unpairedAfterSeconds)
      .catch((error: unknown) => {
        this.logger.warn({ err: error }, 'unpaired records could not be looked for');
      })
      .finally(() => (this.running = undefined));
    return this.running;
  }
}
