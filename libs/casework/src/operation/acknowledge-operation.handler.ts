import { OPERATION_ACKNOWLEDGED } from '@liaison/contracts';
import { AppError, type Clock, type Directory } from '@liaison/kernel';
import { currentTraceparent, Outbox } from '@liaison/messaging';
import { currentCorrelationId, type Identity, requireIfMatch } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import { Acts } from '../acts';
import { CLOCK, DIRECTORY } from '../agency/tokens';
import { legalDay } from '../legal-day';
import { OPERATION_PURPOSE } from './operation';
import { ReceivedOperationRow } from './operation.entity';
import { decide, evolve } from './received-operation';
import { getReceivedOperation, receivedOperationOf } from './stored-operation';

export interface AcknowledgeOperation {
  readonly id: string;
  readonly ifMatch: string | undefined;
  readonly placesHeld: number;
  readonly idempotencyKey: string;
}

/** T1: the places that are held here and the intent that tells the investigators, or nothing. */
@Injectable()
export class AcknowledgeOperationHandler {
  constructor(
    @Inject(DIRECTORY) private readonly directory: Directory,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly outbox: Outbox,
    private readonly acts: Acts,
  ) {}

  /**
   * @throws AppError `operation-not-found`, `operation-called-off`, `operation-expired`, `operation-places-too-many`, `role-missing`,
   * `sender-unknown`, `precondition-*`, or what `runOnce` throws
   */
  acknowledge(identity: Identity, { id, ifMatch, placesHeld, idempotencyKey }: AcknowledgeOperation) {
    const route = 'POST /v1/received-operations/:id/acknowledge';
    const request = { id, placesHeld };
    return this.acts.run(identity, { route, idempotencyKey, request }, async (manager) => {
      const row = await getReceivedOperation(manager, identity, id, 'pessimistic_write');
      requireIfMatch(ifMatch, row.version);
      const at = this.clock.now();
      const { unit, roles, pseudonym } = identity;
      const before = receivedOperationOf(row);
      const today = legalDay(at, row.departement);
      const event = decide(before, { type: 'acknowledge', at, today, unit, roles, placesHeld });
      if (event.type !== 'acknowledged') throw new TypeError('an acknowledgement acknowledges');
      const sender = this.directory.findAgency(row.sender);
      if (!sender) {
        throw new AppError('sender-unknown', 'The directory no longer knows the sender: tell the operators.');
      }
      const after = evolve(before, event);
      const recorded = await this.outbox.append(manager, row.caseId, {
        type: OPERATION_ACKNOWLEDGED,
        document: event.acknowledgement,
        purpose: OPERATION_PURPOSE,
        unit,
        agent: pseudonym,
        correlationId: currentCorrelationId(),
        traceparent: currentTraceparent(),
        causationId: row.eventId,
        decidedAt: at,
        recipients: [{ agency: sender }],
      });
      const { state, version } = after;
      await manager.update(ReceivedOperationRow, id, { state, version, acknowledgedAt: at, placesHeld });
      return {
        status: 202,
        lanes: recorded.lanes,
        body: { id, state, version, placesHeld, acknowledgedAt: event.acknowledgement.acknowledgedAt },
      };
    });
  }
}
