import { URGENT_REQUEST_ASKED } from '@liaison/contracts';
import type { Clock } from '@liaison/kernel';
import { AuditTrail, Outbox } from '@liaison/messaging';
import { type Identity, requireIfMatch } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import { Acts } from '../acts';
import { CLOCK } from '../agency/tokens';
import { actRecord } from '../policy/act-records';
import { lockCase } from '../policy/facts-of-case';
import type { AskedItem } from './asked.dto';
import { askedItem } from './items';
import { getRow, stateOf, VITAL_INTERESTS } from './rows';
import { decideAsked, evolveAsked } from './urgent-request';

export interface Withdrawal {
  readonly id: string;
  readonly ifMatch: string | undefined;
  readonly idempotencyKey: string;
}

/** The question is the first document of its own case. */
const QUESTION = 1;

/**
 * T1 of a withdrawal: the emergency is over, or it was asked of the wrong agency. Before it has left, the question does not leave;
 * afterwards a void takes its place, which is repeated until the other side has said that the words are gone there. It travels
 * under no convention and says nothing, so that nothing keeps back that somebody need not look any longer.
 */
@Injectable()
export class WithdrawUrgentHandler {
  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly outbox: Outbox,
    private readonly audit: AuditTrail,
    private readonly acts: Acts,
  ) {}

  /** @throws AppError `urgent-request-not-found`, `precondition-*`, or what `decideAsked` and `runOnce` throw */
  withdraw(identity: Identity, { id, ifMatch, idempotencyKey }: Withdrawal): Promise<AskedItem> {
    const route = 'POST /v1/urgent-requests/:id/withdraw';
    return this.acts.run(identity, { route, idempotencyKey, request: { id, ifMatch } }, async (manager) => {
      const { request_case: requestCase } = await getRow(manager, identity, 'asked', id);
      // The case before its request, as an answer that arrives takes them.
      await lockCase(manager, requestCase);
      const row = await getRow(manager, identity, 'asked', id, 'FOR UPDATE');
      requireIfMatch(ifMatch, row.version);
      const { state, version } = evolveAsked(stateOf(row), decideAsked(stateOf(row), { type: 'withdraw' }));
      const at = this.clock.now();
      const { lanes } = await this.outbox.voidDelivered(manager, requestCase, {
        reason: 'withdrawn',
        version: QUESTION,
      });
      await manager.query(
        `UPDATE desk.urgent_asked SET state = $2, version = $3, withdrawn_at = $4, withdrawn_by = $5 WHERE id = $1`,
        [id, state, version, at, identity.pseudonym],
      );
      await this.audit.append(manager, [
        actRecord(this.audit, identity, at, {
          kind: 'urgent-request-withdrawn',
          purpose: VITAL_INTERESTS,
          reference: id,
          event: URGENT_REQUEST_ASKED,
          counterpart: row.agency,
          reason: row.ground,
          legalBases: [],
          fields: [],
        }),
      ]);
      return {
        status: 202,
        body: { ...askedItem({ ...row, state, version, withdrawn_at: at }, at) },
        lanes: [...lanes, this.audit.laneId],
      };
    });
  }
}
