import { Dispatcher } from '@liaison/messaging';
import { INGEST_DATABASE, LOGGER, type Logger, Metrics } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { CLOCK } from '../agency/tokens';
import type { Clock } from '@liaison/kernel';
import { OnwardShares } from './onward-shares';
import { observeRevocations } from './observe-revocations';
import { Revocations } from './revocations';
import { BreakGlassTerms } from '../break-glass/break-glass-terms';
import { AgencyPolicy } from '../policy/agency-policy';
import { lockCase } from '../policy/facts-of-case';
import { Sweep } from '../sweep';
import { ShareOrders } from './share-orders';

const SWEEP_MS = 10_000;
/** Cases that are found at once. */
const ROUND = 200;

/**
 * What no act of a person brings about: a birthday, a convention that ends, a change of the directory at the sender's; the
 * end of a term at the recipient's; whom something came from that was passed on. What is due stands in tables, and each case is a transaction of its own: a round that
 * is killed is taken up by the next, and nobody is told twice.
 */
@Injectable()
export class AfterSharingSweep extends Sweep {
  constructor(
    @Inject(INGEST_DATABASE) private readonly database: DataSource,
    @Inject(LOGGER) logger: Logger,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly policy: AgencyPolicy,
    private readonly revocations: Revocations,
    private readonly orders: ShareOrders,
    private readonly breakGlass: BreakGlassTerms,
    private readonly onward: OnwardShares,
    private readonly dispatcher: Dispatcher,
    metrics: Metrics,
  ) {
    super(logger, SWEEP_MS, 'what follows after sharing could not be looked at');
    observeRevocations(metrics, database);
  }

  protected async round(): Promise<void> {
    for (const part of [
      () => this.revoke(),
      () => this.orders.purgeDue(),
      () => this.onward.tellOrigins(),
      () => this.breakGlass.purgeDue(),
    ]) {
      try {
        const lanes = await part();
        if (lanes.length > 0) this.dispatcher.wake([...new Set(lanes)]);
      } catch (error) {
        this.warn(error);
      }
    }
  }

  /** Page by page, so that many that fail keep none of the others. */
  private async revoke(): Promise<readonly number[]> {
    const lanes: number[] = [];
    for (let after = FIRST; ;) {
      const due = await this.database.query<{ case_id: string }[]>(DUE, [
        this.clock.now(),
        this.policy.lookedWith,
        after,
        ROUND,
      ]);
      const last = due.at(-1);
      if (!last) return lanes;
      after = last.case_id;
      lanes.push(...(await this.each(due, ({ case_id: caseId }) => this.look(caseId))));
    }
  }

  private look(caseId: string): Promise<readonly number[]> {
    return this.database.transaction(async (manager) => {
      await lockCase(manager, caseId);
      return this.revocations.revokeEnded(manager, caseId);
    });
  }
}

/** Below every case's id. */
const FIRST = '00000000-0000-0000-0000-000000000000';

/** Each condition has its index: what is not due is not read. */
const DUE = `
SELECT DISTINCT case_id FROM messaging.share_ground
 WHERE (next_at <= $1 OR looked_policy < $2 OR looked_policy > $2 OR looked_policy IS NULL) AND case_id > $3
 ORDER BY case_id LIMIT $4`;
