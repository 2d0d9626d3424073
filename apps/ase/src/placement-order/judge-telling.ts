import { AgencyPolicy, CLOCK, DIRECTORY } from '@liaison/casework';
import {
  ORDER_CONTRADICTIONS,
  type OrderObstacle,
  PLACEMENT_ORDER_ANSWERED,
  type PlacementOrderAnsweredV1,
} from '@liaison/contracts';
import type { Clock, Directory } from '@liaison/kernel';
import { currentTraceparent, Outbox } from '@liaison/messaging';
import type { Criterion } from '@liaison/placement';
import { currentCorrelationId, type Identity } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { JudgeOrderRow } from './judge-order.entity';

/** Whether the judge may be told, as would be decided now; it is decided again when it leaves. */
export interface ToldJudge {
  readonly lanes: readonly number[];
  readonly told: { readonly agency: string; readonly allowed: boolean; readonly denial: string | null };
}

/** Whoever sent an order learns what followed from it. Runs in the transaction of its caller. */
@Injectable()
export class JudgeTelling {
  constructor(
    @Inject(DIRECTORY) private readonly directory: Directory,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly policy: AgencyPolicy,
    private readonly outbox: Outbox,
  ) {}

  obeyed(
    manager: EntityManager,
    identity: Identity,
    order: JudgeOrderRow,
    contradicts: readonly Criterion[],
  ): Promise<ToldJudge> {
    const said = ORDER_CONTRADICTIONS.filter((criterion) => contradicts.includes(criterion));
    return this.tell(manager, identity, order, {
      outcome: 'obeyed',
      ...(said.length > 0 && { contradicts: said }),
    });
  }

  cannotExecute(
    manager: EntityManager,
    identity: Identity,
    order: JudgeOrderRow,
    obstacle: OrderObstacle,
  ): Promise<ToldJudge> {
    return this.tell(manager, identity, order, { outcome: 'cannot-be-executed', obstacle });
  }

  private async tell(
    manager: EntityManager,
    { unit, pseudonym }: Identity,
    order: JudgeOrderRow,
    answer: Omit<PlacementOrderAnsweredV1, 'answeredAt'>,
  ): Promise<ToldJudge> {
    const agency = this.directory.findAgency(order.sender);
    // Whoever is unknown by now is obeyed all the same.
    if (!agency) {
      return { lanes: [], told: { agency: order.sender, allowed: false, denial: 'sender-unknown' } };
    }
    const at = this.clock.now();
    const document: PlacementOrderAnsweredV1 = { ...answer, answeredAt: at.toISOString() };
    const said = { type: PLACEMENT_ORDER_ANSWERED, document, purpose: order.purpose };
    const { lanes } = await this.outbox.append(manager, order.deliveredCase, {
      ...said,
      unit,
      agent: pseudonym,
      correlationId: currentCorrelationId(),
      traceparent: currentTraceparent(),
      causationId: order.eventId,
      decidedAt: at,
      recipients: [{ agency }],
    });
    const { allowed, denial } = this.policy.preview({ ...said, facts: {} }, agency, at).decision;
    return { lanes, told: { agency: agency.id, allowed, denial: denial?.code ?? null } };
  }
}
