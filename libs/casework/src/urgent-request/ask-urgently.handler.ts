import { URGENT_REQUEST_ASKED, type UrgentRequestAskedV1 } from '@liaison/contracts';
import { AppError, type Agency, type Clock, type Directory } from '@liaison/kernel';
import { auditFields, AuditTrail, currentTraceparent, Outbox } from '@liaison/messaging';
import { currentCorrelationId, type Identity } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { Acts } from '../acts';
import { AGENCY, CLOCK, DIRECTORY } from '../agency/tokens';
import { CASE_REGISTER, type CaseRegister } from '../cases/case-register';
import { Cases } from '../cases/cases';
import { actRecord } from '../policy/act-records';
import { AgencyPolicy } from '../policy/agency-policy';
import { decidedFields } from '../policy/decided-fields';
import { askedItem } from './items';
import { type AskedRow, VITAL_INTERESTS } from './rows';
import type { AskedItem, AskUrgentlyBody } from './asked.dto';
import { decideAsked, evolveAsked } from './urgent-request';

const HOUR_MS = 3_600_000;

/**
 * T1 of an urgent request: it stands here, is recorded and goes to the agency that is asked, or nothing of it. On a case of its
 * own: neither question nor answer waits for what else is said about the person.
 */
@Injectable()
export class AskUrgentlyHandler {
  constructor(
    @Inject(AGENCY) private readonly agency: Agency,
    @Inject(DIRECTORY) private readonly directory: Directory,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(CASE_REGISTER) private readonly register: CaseRegister,
    private readonly cases: Cases,
    private readonly policy: AgencyPolicy,
    private readonly outbox: Outbox,
    private readonly audit: AuditTrail,
    private readonly acts: Acts,
  ) {}

  /** @throws AppError `case-not-found`, `agency-unknown`, `unit-unknown`, `person-missing`, `urgent-not-allowed`, or what `runOnce` throws */
  ask(identity: Identity, body: AskUrgentlyBody, idempotencyKey: string): Promise<AskedItem> {
    const route = 'POST /v1/urgent-requests';
    return this.acts.run(identity, { route, idempotencyKey, request: body }, async (manager) => {
      const at = this.clock.now();
      const { caseId, person, ground, needs, reason, hours } = body;
      if (caseId !== undefined) await this.cases.get(manager, identity, caseId);
      const shared = await this.sharedCase(manager, identity, body);
      const recipient = this.recipient(body, shared);
      if (shared === undefined && person === undefined) {
        throw new AppError(
          'person-missing',
          'You share no case with that agency: say in person who it is about, as you know them yourself.',
        );
      }
      const { state, version } = evolveAsked(undefined, decideAsked(undefined, { type: 'ask' }));
      const row: AskedRow = {
        id: uuidv7(),
        unit: identity.unit,
        case_id: caseId ?? null,
        request_case: uuidv7(),
        agency: recipient.agency.id,
        agency_unit: recipient.unit ?? null,
        ground,
        asked_by: identity.pseudonym,
        asked_at: at,
        due_at: new Date(at.getTime() + hours * HOUR_MS),
        state,
        version,
        ...UNANSWERED,
      };
      const document: UrgentRequestAskedV1 = {
        request: row.id,
        ground,
        needs: [...needs].sort(),
        reason,
        askedAt: at.toISOString(),
        dueAt: row.due_at.toISOString(),
        ...(shared !== undefined && { case: shared }),
        ...(person && { person: { ...person } }),
      };
      const event = { type: URGENT_REQUEST_ASKED, document, purpose: VITAL_INTERESTS };
      const facts = { vitalInterest: true };
      const { decision } = this.policy.preview({ ...event, facts }, recipient.agency, at);
      if (!decision.allowed) {
        throw new AppError(
          'urgent-not-allowed',
          'No convention in force lets your agency ask that one, or it does not understand urgent requests: telephone.',
        );
      }
      const opened = { id: row.request_case, unit: identity.unit, facts };
      const recorded = await this.outbox.openCase(manager, opened, {
        ...event,
        unit: identity.unit,
        agent: identity.pseudonym,
        correlationId: currentCorrelationId(),
        traceparent: currentTraceparent(),
        decidedAt: at,
        recipients: [recipient],
      });
      await manager.query(INSERT, [
        row.id,
        row.unit,
        row.case_id,
        row.request_case,
        row.agency,
        row.agency_unit,
        ground,
        row.asked_by,
        at,
        row.due_at,
        state,
        version,
      ]);
      const { convention, legalBases, digest } = decision;
      await this.audit.append(manager, [
        actRecord(this.audit, identity, at, {
          kind: 'urgent-request-asked',
          purpose: VITAL_INTERESTS,
          reference: row.id,
          event: URGENT_REQUEST_ASKED,
          counterpart: row.agency,
          reason: ground,
          legalBases: [...legalBases],
          policyDigest: digest,
          fields: auditFields(decidedFields(decision)),
          ...(convention && { convention: `${convention.id}@${convention.version}` }),
        }),
      ]);
      const lanes = [...recorded.lanes, this.audit.laneId];
      return { status: 202, body: { ...askedItem(row, at) }, lanes };
    });
  }

  /** The reference by which the agency that is asked knows the case, where the two have exchanged something on it. */
  private async sharedCase(
    manager: EntityManager,
    identity: Identity,
    { caseId, agency }: AskUrgentlyBody,
  ): Promise<string | undefined> {
    if (caseId === undefined) return undefined;
    const delivered = this.register.findDelivery
      ? await this.register.findDelivery(manager, identity, caseId)
      : caseId;
    if (delivered === undefined) return undefined;
    const [found] = await manager.query<{ reference: string }[]>(
      'SELECT reference FROM messaging.case_reference WHERE peer = $1 AND case_id = $2 ORDER BY reference LIMIT 1',
      [agency, delivered],
    );
    return found?.reference;
  }

  /** @throws AppError `agency-unknown`, `unit-unknown` */
  private recipient({ agency: id, unit }: AskUrgentlyBody, shared: string | undefined) {
    const agency = this.directory.findAgency(id);
    if (!agency || id === this.agency.id) {
      throw new AppError('agency-unknown', 'The directory has no such other agency: correct agency.');
    }
    if (unit === undefined && shared !== undefined) return { agency };
    if (unit !== undefined && agency.units.some((each) => each.id === unit)) return { agency, unit };
    throw new AppError(
      'unit-unknown',
      `Name in unit who of them is asked: ${agency.units.map((each) => each.id).join(', ')}.`,
    );
  }
}

const UNANSWERED = {
  withdrawn_at: null,
  answered_at: null,
  answer_event: null,
  convention: null,
  answer: null,
  withheld: null,
  keep_until: null,
  restricted_since: null,
  revoked_fields: [],
} as const;

const INSERT = `
INSERT INTO desk.urgent_asked
  (id, unit, case_id, request_case, agency, agency_unit, ground, asked_by, asked_at, due_at, state, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`;
