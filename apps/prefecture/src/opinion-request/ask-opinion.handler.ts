import {
  Acts,
  AGENCY,
  AgencyPolicy,
  type CaseFacts,
  DIRECTORY,
  endOfLegalDay,
  getReceivedNotice,
  lockCase,
  noticeVoided,
  type ReceivedNotice,
  Revocations,
  takeConsents,
} from '@liaison/casework';
import {
  type Applicant,
  OPINION_REQUESTED,
  OPINION_WITHDRAWN,
  type OpinionRequestedV1,
  type OpinionSubject,
  type OpinionWithdrawalReason,
  type OpinionWithdrawnV1,
  RESIDENCE_PERMIT_RECORD,
} from '@liaison/contracts';
import { AppError, type Agency, type Directory } from '@liaison/kernel';
import { currentTraceparent, type NewEvent, type Origin, Outbox } from '@liaison/messaging';
import { currentCorrelationId, type Identity, requireIfMatch } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';

import { holderOf } from '../holder';
import type { Day } from '../law/days';
import { OwnRecords, PURPOSE } from '../own-records';
import { getPermit } from '../permit/permit.handler';
import { alreadyAsked, decide, evolve } from './opinion-request';
import { OpinionRequestRow } from './opinion-request.entity';
import { getOpinion, stateOf } from './stored-opinion';

export interface AskOpinion {
  readonly subject: OpinionSubject;
  readonly subjectId: string;
  /** The investigating service, and its unit. */
  readonly agency: string;
  readonly unit: string;
  readonly question: string;
  readonly dueOn: Day;
  /** Default: the holder of an application that rests on no notice. */
  readonly applicant?: Applicant;
  readonly idempotencyKey: string;
}

export interface WithdrawOpinion {
  readonly id: string;
  readonly reason: OpinionWithdrawalReason;
  readonly ifMatch: string | undefined;
  readonly idempotencyKey: string;
}

/** What is asked about. */
interface About {
  readonly ground?: string;
  readonly notice?: ReceivedNotice;
  /** As the application itself says, where nothing of it came out of a notice. */
  readonly applicant?: Applicant;
}

/** T1 of a request for an opinion, and of its withdrawal: it stands here and goes to the unit, or neither. */
@Injectable()
export class AskOpinionHandler {
  constructor(
    @Inject(AGENCY) private readonly agency: Agency,
    @Inject(DIRECTORY) private readonly directory: Directory,
    private readonly records: OwnRecords,
    private readonly policy: AgencyPolicy,
    private readonly outbox: Outbox,
    private readonly acts: Acts,
    private readonly revocations: Revocations,
  ) {}

  /**
   * @throws AppError `permit-not-found`, `notice-not-found`, `notice-voided`, `unit-unknown`, `applicant-missing`,
   * `opinion-already-asked`, `record-withheld`, or what `decide` and `runOnce` throw
   */
  ask(identity: Identity, command: AskOpinion) {
    const { idempotencyKey, ...request } = command;
    return this.acts.run(
      identity,
      { route: 'POST /v1/opinion-requests', idempotencyKey, request },
      (manager) => this.asked(manager, identity, command),
    );
  }

  private async asked(manager: EntityManager, identity: Identity, command: AskOpinion) {
    const { subject, subjectId, agency: agencyId, unit, question, dueOn } = command;
    const recipient = this.recipient(agencyId, unit);
    // The subject's row is locked: of two who ask at once, the second finds what the first asked.
    const about = await this.aboutOf(manager, identity, subject, subjectId);
    const open = {
      unit: identity.unit,
      subjectId,
      agency: agencyId,
      agencyUnit: unit,
      state: 'asked',
    } as const;
    if (await manager.existsBy(OpinionRequestRow, open)) throw alreadyAsked();
    const request = evolve(undefined, decide(undefined, { type: 'ask', today: this.records.today(), dueOn }));
    const at = this.records.now();
    const { departement } = this.agency;
    // Whoever sent the notice knows the person from it, and needs no name; another of its units may.
    const signalled = about.notice?.sender === agencyId ? about.notice : undefined;
    const passedOn = signalled ? undefined : this.passedOn(identity, about, recipient.agency);
    const applicant = command.applicant ?? about.applicant ?? passedOn?.applicant;
    if (!signalled && !applicant) {
      throw new AppError(
        'applicant-missing',
        'What this notice says may go to no other service: say in applicant who applies, as the application does.',
      );
    }
    const id = uuidv7();
    const document: OpinionRequestedV1 = {
      request: id,
      subject,
      ...(about.ground && { ground: about.ground }),
      question,
      dueOn,
      ...(departement && { departement }),
      requestedAt: at.toISOString(),
      ...(signalled && { notice: signalled.reference }),
      ...(applicant && { applicant }),
    };
    const caseId = uuidv7();
    const of = about.notice?.caseId;
    const agreed =
      of === undefined
        ? {}
        : await takeConsents(manager, { unit: identity.unit, caseId: of, delivery: caseId });
    const facts: CaseFacts = {
      ...(departement && { departement }),
      askedForOpinion: [agencyId],
      ...agreed,
    };
    // A case of its own: an answer does not wait for what else is said about the person.
    const recorded = await this.outbox.openCase(
      manager,
      { id: caseId, unit: identity.unit, facts: { ...facts } },
      {
        ...this.event(identity, OPINION_REQUESTED, document, at, recipient),
        ...(passedOn && applicant === passedOn.applicant && { origins: [passedOn.origin] }),
      },
    );
    await manager.insert(OpinionRequestRow, {
      id,
      unit: identity.unit,
      caseId,
      caseVersion: recorded.version,
      subject,
      subjectId,
      agency: agencyId,
      agencyUnit: unit,
      dueOn,
      dueAt: endOfLegalDay(dueOn, departement),
      askedBy: identity.pseudonym,
      askedAt: at,
      state: request.state,
      version: request.version,
    });
    const { decision } = this.policy.preview(
      { type: OPINION_REQUESTED, document, purpose: PURPOSE, facts },
      recipient.agency,
      at,
    );
    return {
      status: 202,
      lanes: recorded.lanes,
      body: {
        id,
        state: request.state,
        version: request.version,
        agency: agencyId,
        unit,
        dueOn,
        allowed: decision.allowed,
        denial: decision.denial?.code ?? null,
        convention: decision.convention ? `${decision.convention.id}@${decision.convention.version}` : null,
      },
    };
  }

  /** @throws AppError `opinion-not-found`, `record-withheld`, `precondition-*`, or what `decide` and `runOnce` throw */
  withdraw(identity: Identity, { id, reason, ifMatch, idempotencyKey }: WithdrawOpinion) {
    const route = 'POST /v1/opinion-requests/:id/withdraw';
    return this.acts.run(identity, { route, idempotencyKey, request: { id, reason } }, async (manager) => {
      const { caseId } = await getOpinion(manager, identity, id);
      // The case before its request, as whoever receives an answer takes them.
      await lockCase(manager, caseId);
      const row = await getOpinion(manager, identity, id, 'pessimistic_write');
      this.records.requireReadable(identity, OPINION_REQUESTED);
      requireIfMatch(ifMatch, row.version);
      const request = evolve(stateOf(row), decide(stateOf(row), { type: 'withdraw', reason }));
      const at = this.records.now();
      await manager.update(OpinionRequestRow, id, {
        state: request.state,
        version: request.version,
        withdrawnAt: at,
        withdrawalReason: reason,
      });
      // Nothing more of it is for the unit on that ground.
      await manager.query(
        `UPDATE messaging.cases SET facts = facts - 'askedForOpinion', facts_version = facts_version + 1 WHERE id = $1`,
        [caseId],
      );
      const unsent = await this.outbox.voidDelivered(manager, caseId, {
        reason: 'withdrawn',
        version: row.caseVersion,
        recipients: [row.agency],
        unsentOnly: true,
      });
      const told = await hasLeft(manager, row);
      const document: OpinionWithdrawnV1 = { request: id, reason, withdrawnAt: at.toISOString() };
      const recipient = this.recipient(row.agency, row.agencyUnit);
      const recorded = told
        ? await this.outbox.append(
            manager,
            caseId,
            this.event(identity, OPINION_WITHDRAWN, document, at, recipient),
          )
        : undefined;
      const revoked = await this.revocations.revokeEnded(manager, caseId, {
        agent: identity.pseudonym,
        correlationId: currentCorrelationId(),
      });
      return {
        status: 202,
        lanes: [...new Set([...unsent.lanes, ...(recorded?.lanes ?? []), ...revoked])],
        body: { id, state: request.state, version: request.version, told },
      };
    });
  }

  /** @throws AppError `notice-not-found`, `notice-voided`, `permit-not-found`, `record-withheld` */
  private async aboutOf(
    manager: EntityManager,
    identity: Identity,
    subject: OpinionSubject,
    id: string,
  ): Promise<About> {
    if (subject === 'notice') {
      const notice = await getReceivedNotice(manager, identity, id, 'pessimistic_write');
      if (notice.state === 'voided') throw noticeVoided();
      this.records.readNotice(identity, notice);
      return { notice };
    }
    const { ground, noticeId, holder } = await getPermit(manager, identity, id, 'pessimistic_write');
    this.records.requireReadable(identity, RESIDENCE_PERMIT_RECORD);
    if (noticeId === null) return { ground, applicant: { ...holder } };
    return { ground, notice: await getReceivedNotice(manager, identity, noticeId) };
  }

  /** Who a notice of another service says that the person is, where its convention lets that go further. */
  private passedOn(
    identity: Identity,
    { notice }: About,
    recipient: Agency,
  ): { readonly applicant: Applicant; readonly origin: Origin } | undefined {
    if (!notice) return undefined;
    const own = { agency: notice.sender, event: notice.eventId, convention: notice.convention };
    const provenance = notice.provenance['civilStatus'] ?? own;
    const passed = { origins: [provenance], purpose: PURPOSE, facts: {} };
    if (!this.policy.mayPassOn(passed, recipient, this.records.now())) return undefined;
    const { declared } = this.records.readNotice(identity, notice).civilStatus ?? {};
    const applicant = holderOf({ civilStatus: { ...(declared && { declared }) } });
    if (!applicant) return undefined;
    const fields = Object.keys(applicant).map((name) => `applicant.${name}`);
    return { applicant: { ...applicant }, origin: { ...provenance, fields } };
  }

  /** @throws AppError `unit-unknown` */
  private recipient(agencyId: string, unit: string) {
    const agency = this.directory.findAgency(agencyId);
    if (agency?.kind === 'police' && agency.units.some(({ id }) => id === unit)) return { agency, unit };
    throw new AppError(
      'unit-unknown',
      'The directory has no such unit of an investigating service: correct agency and unit.',
    );
  }

  private event(
    identity: Identity,
    type: string,
    document: unknown,
    at: Date,
    recipient: NewEvent['recipients'][number],
  ): NewEvent {
    return {
      type,
      document,
      purpose: PURPOSE,
      unit: identity.unit,
      agent: identity.pseudonym,
      correlationId: currentCorrelationId(),
      traceparent: currentTraceparent(),
      decidedAt: at,
      recipients: [recipient],
    };
  }
}

/** Whether the unit may have it: what was cancelled or denied before it left concerns nobody there. */
async function hasLeft(
  manager: EntityManager,
  { caseId, caseVersion, agency }: OpinionRequestRow,
): Promise<boolean> {
  const rows = await manager.query<unknown[]>(
    `SELECT 1 FROM messaging.delivery
      WHERE case_id = $1 AND case_version = $2 AND recipient = $3 AND kind = 'event' AND state = 'frozen'`,
    [caseId, caseVersion, agency],
  );
  return rows.length > 0;
}
