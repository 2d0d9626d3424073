import { URGENT_REQUEST_ANSWERED, UrgentRequestAnsweredV1, type UrgentRefusal } from '@liaison/contracts';
import { AppError, type Clock, type Directory } from '@liaison/kernel';
import { auditFields, AuditTrail, currentTraceparent, Outbox } from '@liaison/messaging';
import {
  currentCorrelationId,
  type Identity,
  invalidRequest,
  requireIfMatch,
  SERVE_DATABASE,
  serveTransaction,
} from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { DataSource, EntityManager } from 'typeorm';
import { Acts } from '../acts';
import { CLOCK, DIRECTORY } from '../agency/tokens';
import { CASE_REGISTER, type CaseRegister } from '../cases/case-register';
import { actRecord } from '../policy/act-records';
import { consentFacts } from '../consent/consents-of-case';
import { StatedMeasures } from '../link/stated-measures';
import { AgencyPolicy, type Disclosure } from '../policy/agency-policy';
import type { CaseFacts } from '../policy/case-facts';
import { decidedFields } from '../policy/decided-fields';
import { lockCase } from '../policy/facts-of-case';
import { referenceProblems } from '../reference/reference-problems';
import { fieldsIn } from '../timeline/ground';
import { lockFactsOfCase } from './answers-of-case';
import { receivedItem } from './items';
import { getRow, type ReceivedRow, VITAL_INTERESTS } from './rows';
import type { AnswerUrgentBody, ReceivedItem, UrgentPreview } from './received.dto';
import { decideReceived, evolveReceived, type ReceivedCommand } from './urgent-request';

export interface AnswerRequest {
  readonly id: string;
  readonly ifMatch: string | undefined;
  readonly idempotencyKey: string;
}

type Content = Pick<UrgentRequestAnsweredV1, (typeof SECTIONS)[number]>;
type Answer = Content & { readonly reason?: UrgentRefusal };

/** What an answer may say of the person. */
const SECTIONS = ['address', 'contact', 'danger', 'health', 'words'] as const;

/**
 * T1 of the answer to an urgent request: a person writes it, and it goes out through the conventions as any other event does,
 * under the vital interest that the request states. State, record and answer stand together or not at all.
 */
@Injectable()
export class AnswerUrgentHandler {
  constructor(
    @Inject(SERVE_DATABASE) private readonly database: DataSource,
    @Inject(DIRECTORY) private readonly directory: Directory,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(CASE_REGISTER) private readonly register: CaseRegister,
    private readonly policy: AgencyPolicy,
    private readonly outbox: Outbox,
    private readonly audit: AuditTrail,
    private readonly acts: Acts,
    private readonly measures: StatedMeasures,
  ) {}

  /** What whoever asked would see. @throws AppError `urgent-request-not-found`, `sender-unknown`, `invalid-request` */
  preview(identity: Identity, id: string, body: AnswerUrgentBody): Promise<UrgentPreview> {
    const { protection, ...content } = body;
    return serveTransaction(this.database, identity, async (manager) => {
      const row = await getRow(manager, identity, 'received', id);
      const facts = await this.facts(manager, identity, row, protection);
      const document = documentOf(row, content, this.clock.now());
      const disclosure = this.disclose(row, document, facts);
      const released = releasedOf(disclosure);
      return {
        allowed: disclosure.decision.allowed,
        denial: disclosure.decision.denial?.code ?? null,
        released,
        kept: fieldsIn(content).filter((path) => !released.includes(path)),
      };
    });
  }

  /** @throws AppError `urgent-answer-denied`, `nothing-released`, `invalid-request`, or what `settle` throws */
  answer(
    identity: Identity,
    asked: AnswerRequest,
    { protection, ...content }: AnswerUrgentBody,
  ): Promise<ReceivedItem> {
    const route = 'POST /v1/urgent-received/:id/answer';
    const said = { content, ...(protection && { protection }) };
    return this.settle(identity, asked, route, { type: 'answer' }, said);
  }

  /** @throws AppError what `settle` throws */
  refuse(
    identity: Identity,
    asked: AnswerRequest,
    { reason, words }: { readonly reason: UrgentRefusal; readonly words?: string },
  ): Promise<ReceivedItem> {
    const route = 'POST /v1/urgent-received/:id/refuse';
    const content = { reason, ...(words !== undefined && { words }) };
    return this.settle(identity, asked, route, { type: 'refuse', reason }, { content });
  }

  /** @throws AppError `urgent-request-not-found`, `precondition-*`, `sender-unknown`, or what `decideReceived` and `runOnce` throw */
  private settle(
    identity: Identity,
    { id, ifMatch, idempotencyKey }: AnswerRequest,
    route: string,
    command: Extract<ReceivedCommand, { type: 'answer' | 'refuse' }>,
    said: { readonly content: Answer; readonly protection?: AnswerUrgentBody['protection'] },
  ): Promise<ReceivedItem> {
    const request = { id, ifMatch, ...said };
    return this.acts.run(identity, { route, idempotencyKey, request }, async (manager) => {
      const { request_case: requestCase } = await getRow(manager, identity, 'received', id);
      // The case before its request, as whatever arrives takes them.
      await lockCase(manager, requestCase);
      const row = await getRow(manager, identity, 'received', id, 'FOR UPDATE');
      requireIfMatch(ifMatch, row.version);
      const { state, version } = evolveReceived(row, decideReceived(row, command));
      const at = this.clock.now();
      const followed = await this.followed(manager, identity, row, said.protection);
      // Which fields a refusal withholds must not tell a person whom this agency knows from one whom it does not.
      const facts =
        command.type === 'answer'
          ? await this.facts(manager, identity, row, said.protection)
          : { vitalInterest: true };
      const document = documentOf(row, said.content, at);
      const disclosure = this.disclose(row, document, facts);
      // A refusal stands even where whoever asked may not be told of it any more: dispatch says so.
      if (command.type === 'answer') requireReleased(disclosure);
      await manager.query(
        'UPDATE messaging.cases SET facts = $2::jsonb, facts_version = facts_version + 1 WHERE id = $1',
        [requestCase, JSON.stringify(facts)],
      );
      const recorded = await this.outbox.append(manager, requestCase, {
        type: URGENT_REQUEST_ANSWERED,
        document,
        purpose: VITAL_INTERESTS,
        unit: identity.unit,
        agent: identity.pseudonym,
        correlationId: currentCorrelationId(),
        traceparent: currentTraceparent(),
        causationId: row.event_id,
        decidedAt: at,
        recipients: [{ agency: disclosure.recipient }],
      });
      const reason = command.type === 'refuse' ? command.reason : null;
      await manager.query(
        `UPDATE desk.urgent_received
            SET state = $2, version = $3, answered_at = $4, answered_by = $5, reason = $6, answer_version = $7
          WHERE id = $1`,
        [id, state, version, at, identity.pseudonym, reason, recorded.version],
      );
      await this.record(manager, identity, row, { state, at, disclosure });
      const lanes = [...followed, ...recorded.lanes, this.audit.laneId];
      const settled: ReceivedRow = { ...row, state, version, answered_at: at, reason };
      return { status: 202, body: { ...receivedItem(settled, at) }, lanes };
    });
  }

  /** A measure that whoever answers states is one of the case, before the facts of the case are read. @returns lanes to wake */
  private async followed(
    manager: EntityManager,
    identity: Identity,
    { case_id: caseId }: ReceivedRow,
    protection: AnswerUrgentBody['protection'],
  ): Promise<readonly number[]> {
    if (caseId === null) return [];
    return this.measures.follow(manager, identity, caseId, {
      ...(protection?.identity === true && { protectedIdentity: true }),
      ...(protection?.address === true && { protectedAddress: true }),
    });
  }

  private disclose(row: ReceivedRow, document: UrgentRequestAnsweredV1, facts: CaseFacts): Disclosure {
    const asker = this.directory.findAgency(row.agency);
    if (!asker) {
      throw new AppError('sender-unknown', 'The directory no longer knows who asked: tell the operators.');
    }
    const event = { type: URGENT_REQUEST_ANSWERED, document, purpose: VITAL_INTERESTS, facts };
    return this.policy.preview(event, asker, this.clock.now());
  }

  /** What the case says of the person comes first, then whoever answers; the more protective of the two stands. */
  private async facts(
    manager: EntityManager,
    identity: Identity,
    { case_id: caseId }: ReceivedRow,
    protection: AnswerUrgentBody['protection'],
  ): Promise<CaseFacts> {
    // In the order of whoever records a consent.
    const consents = caseId === null ? {} : await consentFacts(manager, identity.unit, caseId);
    if (caseId !== null) await lockFactsOfCase(manager, caseId);
    const known = caseId === null ? undefined : await this.register.findCase(manager, identity, caseId);
    const { departement, birthDate, protectedIdentity, protectedAddress } = known?.held.facts ?? {};
    const identityHidden = moreProtective(protectedIdentity, protection?.identity);
    const addressHidden = moreProtective(protectedAddress, protection?.address);
    return {
      vitalInterest: true,
      ...(departement !== undefined && { departement }),
      ...(birthDate !== undefined && { birthDate }),
      ...(identityHidden !== undefined && { protectedIdentity: identityHidden }),
      ...(addressHidden !== undefined && { protectedAddress: addressHidden }),
      ...consents,
    };
  }

  /** Why an answer was refused stays out of it: that nothing is held tells something of the person. */
  private record(
    manager: EntityManager,
    identity: Identity,
    row: ReceivedRow,
    { state, at, disclosure }: { state: string; at: Date; disclosure: Disclosure },
  ): Promise<void> {
    const { decision } = disclosure;
    const { convention, legalBases, digest } = decision;
    return this.audit.append(manager, [
      actRecord(this.audit, identity, at, {
        kind: state === 'answered' ? 'urgent-request-answered' : 'urgent-request-refused',
        purpose: VITAL_INTERESTS,
        reference: row.request,
        event: URGENT_REQUEST_ANSWERED,
        counterpart: row.agency,
        ...(row.ground && { reason: row.ground }),
        legalBases: [...legalBases],
        policyDigest: digest,
        fields: auditFields(decidedFields(decision)),
        ...(convention && { convention: `${convention.id}@${convention.version}` }),
      }),
    ]);
  }
}

const moreProtective = (held?: boolean, said?: boolean): boolean | undefined =>
  held === true || said === true ? true : (held ?? said);

/** @throws AppError `invalid-request` */
function documentOf({ request }: ReceivedRow, content: Answer, at: Date): UrgentRequestAnsweredV1 {
  const problems = referenceProblems(UrgentRequestAnsweredV1, content);
  if (problems) {
    throw invalidRequest(
      Object.entries(problems).map(([path, detail]) => ({
        pointer: `/${path.replaceAll('.', '/')}`,
        detail,
      })),
    );
  }
  // Without the empty sections and the instances of classes that a body has.
  const said = JSON.parse(JSON.stringify(content)) as Answer;
  return {
    request,
    outcome: content.reason === undefined ? 'answered' : 'refused',
    ...said,
    answeredAt: at.toISOString(),
  };
}

/** Names of what would reach whoever asked, of the person. */
function releasedOf({ projection }: Disclosure): string[] {
  const data = (projection?.data ?? {}) as Partial<UrgentRequestAnsweredV1>;
  return fieldsIn(
    Object.fromEntries(SECTIONS.flatMap((name) => (data[name] === undefined ? [] : [[name, data[name]]]))),
  );
}

/** @throws AppError `urgent-answer-denied`, `nothing-released` */
function requireReleased(disclosure: Disclosure): void {
  if (!disclosure.decision.allowed) {
    throw new AppError(
      'urgent-answer-denied',
      'No convention in force lets your agency answer that one: telephone, or refuse.',
    );
  }
  if (releasedOf(disclosure).length > 0) return;
  throw new AppError(
    'nothing-released',
    'Nothing of what you say may reach whoever asked: look at the preview, say whether a measure protects the person, or refuse.',
  );
}
