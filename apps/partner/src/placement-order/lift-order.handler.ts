import { Acts, AGENCY, AgencyPolicy, CLOCK, DIRECTORY, legalDay } from '@liaison/casework';
import {
  type OrderingAuthority,
  PLACEMENT_ORDER_LIFTED,
  type PlacementOrderLiftedV1,
} from '@liaison/contracts';
import { type Agency, AppError, type Clock, type Directory } from '@liaison/kernel';
import { currentTraceparent, Outbox } from '@liaison/messaging';
import { decideMadeOrder, evolveMadeOrder } from '@liaison/placement';
import { currentCorrelationId, type Identity, requireIfMatch } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import { ORDER_PURPOSE } from './order-placement.handler';
import { MadeOrderRow } from './placement-order.entity';

export interface LiftOrder {
  readonly id: string;
  readonly ifMatch: string | undefined;
  readonly idempotencyKey: string;
}

/** T1 of lifting an order: it no longer stands here, and child protection is told, or neither. */
@Injectable()
export class LiftOrderHandler {
  constructor(
    @Inject(AGENCY) private readonly agency: Agency,
    @Inject(DIRECTORY) private readonly directory: Directory,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly policy: AgencyPolicy,
    private readonly outbox: Outbox,
    private readonly acts: Acts,
  ) {}

  /** @throws AppError `order-not-found`, `recipient-unknown`, `precondition-*`, or what `decideMadeOrder` and `runOnce` throw */
  lift(
    identity: Identity,
    { id, ifMatch, idempotencyKey }: LiftOrder,
    { liftedBy, liftedOn }: { readonly liftedBy: OrderingAuthority; readonly liftedOn: string },
  ) {
    const route = 'POST /v1/placement-orders/:id/lift';
    const request = { id, liftedBy, liftedOn };
    return this.acts.run(identity, { route, idempotencyKey, request }, async (manager) => {
      const { unit, pseudonym } = identity;
      const row = await manager.findOne(MadeOrderRow, {
        where: { id, unit },
        lock: { mode: 'pessimistic_write' },
      });
      if (!row) throw new AppError('order-not-found', 'Your unit has sent no such order.');
      requireIfMatch(ifMatch, row.version);
      const at = this.clock.now();
      const today = legalDay(at, this.agency.departement);
      const { orderedOn } = row;
      const { state, version } = evolveMadeOrder(
        row,
        decideMadeOrder(row, { type: 'lift', orderedOn, on: liftedOn, today }),
      );
      const recipient = this.directory.findAgency(row.agency);
      if (!recipient) {
        throw new AppError(
          'recipient-unknown',
          'The directory no longer knows the child protection that the order was sent to: tell it by another way, and the operators.',
        );
      }
      const document: PlacementOrderLiftedV1 = { liftedBy, liftedOn, sentAt: at.toISOString() };
      const said = { type: PLACEMENT_ORDER_LIFTED, document, purpose: ORDER_PURPOSE };
      const { lanes } = await this.outbox.append(manager, id, {
        ...said,
        unit,
        agent: pseudonym,
        correlationId: currentCorrelationId(),
        traceparent: currentTraceparent(),
        decidedAt: at,
        recipients: [{ agency: recipient }],
      });
      await manager.update(MadeOrderRow, id, {
        ...{ state, version, liftedBy, liftedOn },
        liftedAt: at,
        liftAuthor: pseudonym,
      });
      const { allowed, denial } = this.policy.preview({ ...said, facts: {} }, recipient, at).decision;
      return { status: 202, lanes, body: { id, state, version, allowed, denial: denial?.code ?? null } };
    });
  }
}
