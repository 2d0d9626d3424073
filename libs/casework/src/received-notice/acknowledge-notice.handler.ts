import { NOTICE_ACKNOWLEDGED, type NoticeAcknowledgedV1 } from '@liaison/contracts';
import { AppError, type Agency, type Clock, type Directory } from '@liaison/kernel';
import { AUDIT_LINGER_MS, AuditTrail, currentTraceparent, Dispatcher, Outbox } from '@liaison/messaging';
import {
  currentCorrelationId,
  digestOfRequest,
  idempotencyScope,
  type Identity,
  requireIfMatch,
  runOnce,
  SERVE_DATABASE,
  serveTransaction,
} from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { DataSource, EntityManager } from 'typeorm';
import { AGENCY, CLOCK, DIRECTORY } from '../agency/tokens';
import { actRecord } from '../policy/act-records';
import { AgencyPolicy, type Disclosure } from '../policy/agency-policy';
import { decidedFields } from '../policy/decided-fields';
import { factsOfCase } from '../policy/facts-of-case';
import { type AcknowledgingRole, decide, evolve } from './notice';
import { NOTICE_DECIDERS } from './notice-effects';
import type { AcceptedAcknowledgement } from './notice.dto';
import { ReceivedNotice } from './notice.entity';
import { getReceivedNotice, requireReadableNotice } from './notice.reader';

export interface AcknowledgeNoticeCommand {
  readonly id: string;
  readonly role?: AcknowledgingRole;
  readonly idempotencyKey: string;
  /** `If-Match`, where the caller sent one. */
  readonly ifMatch?: string;
}

/** T1: the notice's new state and the intent towards its sender, or neither. */
@Injectable()
export class AcknowledgeNoticeHandler {
  constructor(
    @Inject(SERVE_DATABASE) private readonly database: DataSource,
    @Inject(AGENCY) private readonly agency: Agency,
    @Inject(DIRECTORY) private readonly directory: Directory,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(NOTICE_DECIDERS) private readonly deciders: readonly AcknowledgingRole[],
    private readonly policy: AgencyPolicy,
    private readonly outbox: Outbox,
    private readonly audit: AuditTrail,
    private readonly dispatcher: Dispatcher,
  ) {}

  /**
   * @throws AppError `notice-not-found`, `notice-already-acknowledged`, `notice-no-longer-stands`, `role-missing`, `precondition-failed`,
   * `sender-unknown`, or what `runOnce` throws
   */
  async acknowledge(identity: Identity, command: AcknowledgeNoticeCommand): Promise<AcceptedAcknowledgement> {
    const { id, role, idempotencyKey } = command;
    const once = {
      key: idempotencyKey,
      scope: idempotencyScope(identity, 'POST /v1/notices/:id/acknowledge'),
      requestDigest: digestOfRequest({ id, role }),
    };
    let lanes: readonly number[] = [];
    const { body } = await serveTransaction(this.database, identity, (manager) =>
      runOnce<AcceptedAcknowledgement>(manager, once, async () => {
        const accepted = await this.apply(manager, identity, command);
        lanes = accepted.lanes;
        return { status: 202, body: accepted.body };
      }),
    );
    if (lanes.length > 0) {
      this.dispatcher.wake(lanes);
      this.dispatcher.wake([this.audit.laneId], AUDIT_LINGER_MS);
    }
    return body;
  }

  private async apply(
    manager: EntityManager,
    identity: Identity,
    { id, role, ifMatch }: AcknowledgeNoticeCommand,
  ): Promise<{ lanes: readonly number[]; body: AcceptedAcknowledgement }> {
    const notice = await getReceivedNotice(manager, identity, id, 'pessimistic_write');
    const at = this.clock.now();
    requireReadableNotice(this.policy, identity, notice, at);
    if (ifMatch !== undefined) requireIfMatch(ifMatch, notice.version);
    const event = decide(stateOf(notice), {
      at,
      unit: identity.unit,
      roles: identity.roles,
      deciders: this.deciders,
      ...(role && { role }),
    });
    const sender = this.directory.findAgency(notice.sender);
    if (!sender) {
      throw new AppError('sender-unknown', 'The directory no longer knows the sender: tell the operators.');
    }
    const disclosure = await this.preview(manager, notice, event.acknowledgement, sender, at);
    const recorded = await this.outbox.append(manager, notice.caseId, {
      type: NOTICE_ACKNOWLEDGED,
      document: event.acknowledgement,
      purpose: notice.purpose,
      unit: identity.unit,
      agent: identity.pseudonym,
      correlationId: currentCorrelationId(),
      traceparent: currentTraceparent(),
      causationId: notice.eventId,
      decidedAt: at,
      recipients: [{ agency: sender }],
    });
    const next = evolve(stateOf(notice), event);
    await manager.update(ReceivedNotice, notice.id, {
      state: next.state,
      version: next.version,
      acknowledgedAt: at,
      acknowledgementVersion: recorded.version,
    });
    await this.audit.append(manager, [this.record(identity, notice, disclosure, at)]);
    return {
      lanes: recorded.lanes,
      body: {
        id: notice.id,
        state: next.state,
        version: next.version,
        acknowledgedAt: event.acknowledgement.acknowledgedAt,
        eventId: recorded.intents[0]?.eventId ?? null,
        recipient: sender.id,
        decision: decisionOf(disclosure),
      },
    };
  }

  /** What dispatch would decide now; it decides again when it sends. */
  private async preview(
    manager: EntityManager,
    notice: ReceivedNotice,
    document: NoticeAcknowledgedV1,
    sender: Agency,
    at: Date,
  ): Promise<Disclosure> {
    const facts = await factsOfCase(manager, notice.caseId);
    return this.policy.preview(
      { type: NOTICE_ACKNOWLEDGED, document, purpose: notice.purpose, facts },
      sender,
      at,
    );
  }

  private record(identity: Identity, notice: ReceivedNotice, { decision }: Disclosure, at: Date) {
    return actRecord(this.audit, identity, at, {
      kind: 'acknowledgement',
      purpose: notice.purpose,
      legalBases: [...decision.legalBases],
      reference: notice.reference,
      event: NOTICE_ACKNOWLEDGED,
      eventId: notice.eventId,
      version: notice.recipientVersion,
      counterpart: notice.sender,
      policyDigest: decision.digest,
      fields: [],
    });
  }
}

const stateOf = ({ state, version, recipientVersion, acknowledgedAt, standing }: ReceivedNotice) => ({
  standing,
  state,
  version,
  recipientVersion,
  ...(acknowledgedAt && { acknowledgedAt: acknowledgedAt.toISOString() }),
});

function decisionOf({ decision }: Disclosure): AcceptedAcknowledgement['decision'] {
  const { allowed, convention, denial, legalBases } = decision;
  return {
    allowed,
    convention: convention ? `${convention.id}@${convention.version}` : null,
    denial: denial?.code ?? null,
    legalBases,
    fields: decidedFields(decision).map(({ path, treatment, rules, articles }) => ({
      path,
      treatment,
      rules,
      articles,
    })),
  };
}
