import { LOGGER, type Logger, purgeIdempotencyKeys, SERVE_DATABASE } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { Sweep } from './sweep';

/** More often than a service is likely to be started anew. */
const SWEEP_MS = 600_000;

/** Keys of commands, and what they were answered, are kept for a day: a caller that lost the answer asks well before that. */
@Injectable()
export class ForgetAnswersSweep extends Sweep {
  constructor(
    @Inject(SERVE_DATABASE) private readonly database: DataSource,
    @Inject(LOGGER) logger: Logger,
  ) {
    super(logger, SWEEP_MS, 'keys of commands could not be forgotten');
  }

  protected async round(): Promise<void> {
    await purgeIdempotencyKeys(this.database.manager);
  }
}
