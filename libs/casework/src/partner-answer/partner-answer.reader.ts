import { PARTNER_ANSWERED, type PartnerAnsweredV1 } from '@liaison/contracts';
import { AppError, type Clock } from '@liaison/kernel';
import { AuditTrail } from '@liaison/messaging';
import {
  type Identity,
  type Page,
  requireIfMatch,
  SERVE_DATABASE,
  serveTransaction,
} from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { DataSource, EntityManager } from 'typeorm';
import { Acts } from '../acts';
import { CLOCK } from '../agency/tokens';
import { restrictedFields } from '../after-sharing/revoked-fields';
import { sharedStanding } from '../after-sharing/shared-standing.dto';
import type { HeldDocument } from '../cases/case-register';
import { Cases } from '../cases/cases';
import { readingRecord } from '../policy/act-records';
import { AgencyPolicy } from '../policy/agency-policy';
import { newestReceived } from '../query/newest-first';
import { answerVoided, decideNote, noSuchAnswer } from './partner-answer';
import type {
  GivenAnswerView,
  ListAnswersQuery,
  PartnerAnswerItem,
  PartnerAnswerView,
} from './partner-answer.dto';
import { ReceivedAnswerRow } from './partner-answer.entity';

/** Answers of a case are few: nobody pages through them. */
export const MOST_ANSWERS = 200;

/** What an agency answered, and what it was answered. Every answer that shows one is recorded in the transaction that read it. */
@Injectable()
export class PartnerAnswerReader {
  constructor(
    @Inject(SERVE_DATABASE) private readonly database: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly policy: AgencyPolicy,
    private readonly audit: AuditTrail,
    private readonly cases: Cases,
    private readonly acts: Acts,
  ) {}

  /** Of cases of the caller's unit, newest first; nothing of what they say. @throws AppError `cursor-invalid` */
  async list(identity: Identity, query: ListAnswersQuery): Promise<Page<PartnerAnswerItem>> {
    return serveTransaction(this.database, identity, (manager) => {
      const list = newestReceived(manager, ReceivedAnswerRow, identity, query);
      return list.page(itemOf);
    });
  }

  /** @throws AppError `answer-not-found`, `answer-voided` */
  read(identity: Identity, id: string): Promise<PartnerAnswerView> {
    return this.acts.read(identity, async (manager) => {
      const row = await getAnswer(manager, identity, id);
      if (row.state === 'voided') throw answerVoided();
      const at = this.clock.now();
      const seen = this.policy.read({ ...heldAnswer(row), data: row.content }, identity.roles, at);
      if (!seen) throw noSuchAnswer();
      await this.audit.append(manager, [
        readingRecord(this.audit, identity, at, seen.decision, {
          purpose: row.purpose,
          reference: row.reference,
          event: PARTNER_ANSWERED,
          eventId: row.eventId,
          counterpart: row.sender,
          convention: row.convention,
        }),
      ]);
      return receivedView(row, seen);
    });
  }

  /** @throws AppError `answer-not-found`, `answer-noted`, `answer-voided`, `precondition-*`, or what `runOnce` throws */
  note(
    identity: Identity,
    {
      id,
      ifMatch,
      idempotencyKey,
    }: { readonly id: string; readonly ifMatch: string | undefined; readonly idempotencyKey: string },
  ): Promise<PartnerAnswerItem> {
    const route = 'POST /v1/partner-answers/:id/note';
    return this.acts.run(identity, { route, idempotencyKey, request: { id } }, async (manager) => {
      const row = await getAnswer(manager, identity, id, 'pessimistic_write');
      const at = this.clock.now();
      if (!this.policy.read({ ...heldAnswer(row), data: {} }, identity.roles, at)) throw noSuchAnswer();
      requireIfMatch(ifMatch, row.version);
      const changed = { ...decideNote(row), notedAt: at, notedBy: identity.pseudonym };
      await manager.update(ReceivedAnswerRow, id, changed);
      return { status: 200, body: { ...itemOf({ ...row, ...changed }) } };
    });
  }

  /** What this agency answered on a case, newest first. @throws AppError `case-not-found` */
  given(identity: Identity, caseId: string): Promise<readonly GivenAnswerView[]> {
    return this.acts.read(identity, async (manager) => {
      const found = await this.cases.get(manager, identity, caseId);
      const at = this.clock.now();
      const rows = await givenOf(manager, identity.unit, caseId, MOST_ANSWERS);
      const own = { type: PARTNER_ANSWERED, purpose: found.held.purpose, facts: {} };
      const seen = this.policy.read({ ...own, data: {} }, identity.roles, at);
      if (!seen) throw new AppError('case-not-found', 'Your unit has no such case.');
      await this.audit.append(manager, [
        readingRecord(this.audit, identity, at, seen.decision, {
          purpose: own.purpose,
          reference: found.reference,
          event: PARTNER_ANSWERED,
        }),
      ]);
      return rows.flatMap((row) => {
        const answer = this.policy.read({ ...own, data: row.document }, identity.roles, at);
        return answer ? [givenView(row, answer)] : [];
      });
    });
  }
}

async function getAnswer(
  manager: EntityManager,
  { unit }: Pick<Identity, 'unit'>,
  id: string,
  lock?: 'pessimistic_write',
): Promise<ReceivedAnswerRow> {
  const row = await manager.findOne(ReceivedAnswerRow, {
    where: { id, unit },
    ...(lock && { lock: { mode: lock } }),
  });
  if (!row) throw noSuchAnswer();
  return row;
}

export const heldAnswer = (row: ReceivedAnswerRow): HeldDocument => ({
  type: PARTNER_ANSWERED,
  purpose: row.purpose,
  facts: {},
  provenance: { agency: row.sender, event: row.eventId, convention: row.convention },
  withheld: row.withheld,
  restricted: row.restrictedSince !== null,
  restrictedFields: restrictedFields(row.revokedFields),
});

const itemOf = (row: ReceivedAnswerRow): PartnerAnswerItem => ({
  id: row.id,
  caseId: row.caseId,
  sender: row.sender,
  receivedAt: row.receivedAt.toISOString(),
  notedAt: row.notedAt?.toISOString() ?? null,
  state: row.state,
  version: row.version,
  ...sharedStanding(row),
});

export const receivedView = (
  row: ReceivedAnswerRow,
  { data, withheld }: { readonly data: unknown; readonly withheld: readonly string[] },
): PartnerAnswerView => ({
  ...itemOf(row),
  keepUntil: row.keepUntil?.toISOString() ?? null,
  content: data as Partial<PartnerAnsweredV1>,
  withheld,
  provenance: { agency: row.sender, event: row.eventId, convention: row.convention },
});

interface GivenRow {
  readonly id: string;
  readonly agency: string;
  readonly at: Date;
  readonly document: Partial<PartnerAnsweredV1>;
  readonly delivery: string | null;
  readonly reason: string | null;
}

export function givenOf(
  manager: EntityManager,
  unit: string,
  caseId: string,
  limit: number,
): Promise<GivenRow[]> {
  return manager.query<GivenRow[]>(GIVEN, [caseId, unit, limit]);
}

const GIVEN = `
SELECT g.id, g.agency, g.answered_at AS at, d.document, s.state AS delivery, s.reason
  FROM partner.answer_given g
  JOIN messaging.event_document d ON d.case_id = g.delivered_case AND d.version = g.case_version
  LEFT JOIN messaging.delivery_status s
         ON s.case_id = g.delivered_case AND s.case_version = g.case_version AND s.recipient = g.agency
 WHERE g.case_id = $1 AND g.unit = $2 ORDER BY g.id DESC LIMIT $3`;

export const givenView = (
  { id, agency, at, delivery, reason }: GivenRow,
  { data, withheld }: { readonly data: unknown; readonly withheld: readonly string[] },
): GivenAnswerView => ({
  id,
  agency,
  answeredAt: at.toISOString(),
  delivery,
  reason,
  content: data as Partial<PartnerAnsweredV1>,
  withheld,
});
