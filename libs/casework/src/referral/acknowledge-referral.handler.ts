import { REFERRAL_ACKNOWLEDGED } from '@liaison/contracts';
import { AppError, type Clock, type Directory } from '@liaison/kernel';
import { AuditTrail, currentTraceparent, Outbox } from '@liaison/messaging';
import { currentCorrelationId, type Identity, requireIfMatch } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import { Acts } from '../acts';
import { CLOCK, DIRECTORY } from '../agency/tokens';
import { actRecord } from '../policy/act-records';
import { AgencyPolicy } from '../policy/agency-policy';
import { decide, evolve } from './received-referral';
import { ReceivedReferralRow } from './referral.entity';
import { getReceived } from './stored-referral';

export interface AcknowledgeReferral {
  readonly id: string;
  readonly ifMatch: string | undefined;
  readonly idempotencyKey: string;
}

/** T1: the referral's new state, the record of the act and the intent towards its sender, or nothing. */
@Injectable()
export class AcknowledgeReferralHandler {
  constructor(
    @Inject(DIRECTORY) private readonly directory: Directory,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly policy: AgencyPolicy,
    private readonly outbox: Outbox,
    private readonly audit: AuditTrail,
    private readonly acts: Acts,
  ) {}

  /**
   * @throws AppError `referral-not-found`, `referral-acknowledged`, `referral-voided`, `role-missing`, `sender-unknown`,
   * `precondition-*`, or what `runOnce` throws
   */
  acknowledge(identity: Identity, { id, ifMatch, idempotencyKey }: AcknowledgeReferral) {
    const route = 'POST /v1/received-referrals/:id/acknowledge';
    return this.acts.run(identity, { route, idempotencyKey, request: { id } }, async (manager) => {
      const row = await getReceived(manager, identity, id, 'pessimistic_write');
      requireIfMatch(ifMatch, row.version);
      const at = this.clock.now();
      const { unit, roles, pseudonym } = identity;
      const event = decide(row, { type: 'acknowledge', at, unit, roles });
      if (event.type !== 'acknowledged') throw new TypeError('an acknowledgement acknowledges');
      const sender = this.directory.findAgency(row.sender);
      if (!sender) {
        throw new AppError('sender-unknown', 'The directory no longer knows the sender: tell the operators.');
      }
      const { state, version } = evolve(row, event);
      const recorded = await this.outbox.append(manager, row.caseId, {
        type: REFERRAL_ACKNOWLEDGED,
        document: event.acknowledgement,
        purpose: row.purpose,
        unit,
        agent: pseudonym,
        correlationId: currentCorrelationId(),
        traceparent: currentTraceparent(),
        causationId: row.eventId,
        decidedAt: at,
        recipients: [{ agency: sender }],
      });
      await manager.update(ReceivedReferralRow, id, { state, version, acknowledgedAt: at });
      const { decision } = this.policy.preview(
        { type: REFERRAL_ACKNOWLEDGED, document: event.acknowledgement, purpose: row.purpose, facts: {} },
        sender,
        at,
      );
      await this.audit.append(manager, [
        actRecord(this.audit, identity, at, {
          kind: 'acknowledgement',
          purpose: row.purpose,
          legalBases: [...decision.legalBases],
          reference: row.reference,
          event: REFERRAL_ACKNOWLEDGED,
          eventId: row.eventId,
          counterpart: row.sender,
          policyDigest: decision.digest,
          fields: [],
        }),
      ]);
      return {
        status: 202,
        lanes: [...recorded.lanes, this.audit.laneId],
        body: {
          id,
          state,
          version,
          acknowledgedAt: event.acknowledgement.acknowledgedAt,
          allowed: decision.allowed,
          denial: decision.denial?.code ?? null,
        },
      };
    });
  }
}
