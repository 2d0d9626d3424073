import type { Clock } from '@liaison/kernel';
import { INGEST_DATABASE } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { CLOCK } from '../agency/tokens';

/** Three years after its review, as the trace of a consultation of police files is kept (CSI R.236-59). */
const KEPT_DAYS = 1_096;
const ROUND = 200;

/** Openings, one's own and those told of, are kept for as long as somebody may ask about them. Their audit records stay. */
@Injectable()
export class BreakGlassTerms {
  constructor(
    @Inject(INGEST_DATABASE) private readonly database: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @returns lanes to wake: none, for what leaves was recorded when it was opened */
  async purgeDue(): Promise<readonly number[]> {
    await this.database.query('SELECT desk.forget_break_glass($1, $2, $3)', [
      this.clock.now(),
      KEPT_DAYS,
      ROUND,
    ]);
    return [];
  }
}
