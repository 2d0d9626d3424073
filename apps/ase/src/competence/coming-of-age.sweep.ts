import { CLOCK, Sweep } from '@liaison/casework';
import type { Clock } from '@liaison/kernel';
import { Dispatcher } from '@liaison/messaging';
import { decideConflict, mayComeOfAge } from '@liaison/placement';
import { INGEST_DATABASE, LOGGER, type Logger } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { Settling } from './settling';
import { conflictOf, lockConflict } from './stored-competence';

const SWEEP_MS = 15_000;
/** Conflicts that one round looks at. */
const ROUND = 100;

/**
 * The eighteenth birthday ends a conflict of competence (R17): no act of a person brings it about. Each conflict is a transaction of its
 * own: a round that is killed is taken up by the next, and nobody is told twice.
 */
@Injectable()
export class ComingOfAgeSweep extends Sweep {
  constructor(
    @Inject(INGEST_DATABASE) private readonly database: DataSource,
    @Inject(LOGGER) logger: Logger,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly settling: Settling,
    private readonly dispatcher: Dispatcher,
  ) {
    super(logger, SWEEP_MS, 'whoever came of age could not be looked at');
  }

  protected async round(): Promise<void> {
    const due = await this.database.query<{ id: string; caseId: string }[]>(DUE, [this.clock.now(), ROUND]);
    const lanes = await this.each(due, (one) =>
      this.database.transaction(async (manager) => {
        const row = await lockConflict(manager, one);
        if (!mayComeOfAge(conflictOf(row))) return [];
        const event = decideConflict(conflictOf(row), { type: 'come-of-age' });
        const cause = { unit: row.unit, correlationId: randomUUID() };
        return (await this.settling.apply(manager, row, event, cause)).lanes;
      }),
    );
    if (lanes.length > 0) this.dispatcher.wake(lanes);
  }
}

const DUE = `
SELECT id, case_id AS "caseId" FROM competence.conflict
 WHERE of_age_at <= $1 AND (state IN ('claimed', 'in-conflict') OR (state = 'decided' AND competent = claimed))
 ORDER BY of_age_at LIMIT $2`;
