import {
  Acts,
  AgencyPolicy,
  purgedFields,
  readingRecord,
  restrictedFields,
  sharedStanding,
  newestMade,
} from '@liaison/casework';
import {
  OPINION_ANSWERED,
  OPINION_REQUESTED,
  type OpinionAnsweredV1,
  type OpinionRequestedV1,
} from '@liaison/contracts';
import { AuditTrail } from '@liaison/messaging';
import { type Identity, type Page, SERVE_DATABASE, serveTransaction } from '@liaison/platform';
import type { Decision } from '@liaison/sharing-policy';
import { Inject, Injectable } from '@nestjs/common';
import type { DataSource, EntityManager } from 'typeorm';
import { shownHolder } from '../holder';
import { type OpenedRecord, OwnRecords, PURPOSE } from '../own-records';
import type { ListOpinionsQuery, OpinionDelivery, OpinionItem, OpinionView } from './opinion-request.dto';
import { isLate, isOverdue } from './opinion-request';
import { OpinionRequestRow } from './opinion-request.entity';
import { getOpinion } from './stored-opinion';

/** What the desk reads of the opinions that it asked for. What shows a person is recorded in the transaction that read it. */
@Injectable()
export class OpinionReader {
  constructor(
    @Inject(SERVE_DATABASE) private readonly database: DataSource,
    private readonly records: OwnRecords,
    private readonly policy: AgencyPolicy,
    private readonly audit: AuditTrail,
    private readonly acts: Acts,
  ) {}

  /** Newest first. @throws AppError `cursor-invalid` */
  async list(identity: Identity, query: ListOpinionsQuery): Promise<Page<OpinionItem>> {
    const at = this.records.now();
    return serveTransaction(this.database, identity, (manager) => {
      const list = newestMade(manager, OpinionRequestRow, identity, query);
      if (query.subjectId) list.asked.andWhere('it.subjectId = :subject', { subject: query.subjectId });
      if (query.overdue !== undefined) {
        list.asked.andWhere(`(it.state = 'asked' AND it.dueAt <= :at) = :overdue`, {
          at,
          overdue: query.overdue,
        });
      }
      return list.page((row) => itemOf(row, at));
    });
  }

  /** @throws AppError `opinion-not-found` */
  read(identity: Identity, id: string): Promise<OpinionView> {
    return this.acts.read(identity, async (manager) => {
      const row = await getOpinion(manager, identity, id);
      const { document, delivery } = await askedOf(manager, row);
      const asked = await this.records.open(manager, identity, {
        type: OPINION_REQUESTED,
        reference: row.id,
        data: document,
      });
      const at = this.records.now();
      const answer = readAnswer(this.policy, identity, row, at);
      if (answer?.decision) {
        const { agency, answerEvent, convention } = row;
        await this.audit.append(manager, [
          readingRecord(this.audit, identity, at, answer.decision, {
            purpose: PURPOSE,
            reference: id,
            event: OPINION_ANSWERED,
            counterpart: agency,
            ...(answerEvent !== null && { eventId: answerEvent }),
            ...(convention !== null && { convention }),
          }),
        ]);
      }
      return viewOf(row, { asked, answer, delivery }, at);
    });
  }
}

/** What came from the unit, as far as a reader may see it. */
interface SeenAnswer {
  readonly explanation?: string;
  readonly withheld: readonly string[];
  /** Absent where they may see nothing of it. */
  readonly decision?: Decision;
}

/** Nothing before there is an answer. */
export function readAnswer(
  policy: AgencyPolicy,
  { roles }: Pick<Identity, 'roles'>,
  row: OpinionRequestRow,
  at: Date,
): SeenAnswer | undefined {
  const { answerEvent, convention, answeredAt, explanation, reason } = row;
  if (answerEvent === null || convention === null || answeredAt === null || row.purgedAt) return undefined;
  const data: OpinionAnsweredV1 = {
    request: row.id,
    outcome: row.state === 'refused' ? 'refused' : 'notice',
    ...(reason && { reason }),
    ...(explanation && { explanation }),
    answeredAt: answeredAt.toISOString(),
  };
  const provenance = { agency: row.agency, event: answerEvent, convention };
  const seen = policy.read(
    {
      type: OPINION_ANSWERED,
      data,
      purpose: PURPOSE,
      facts: {},
      provenance,
      restricted: row.restrictedSince !== null,
      restrictedFields: restrictedFields(row.revokedFields),
      withheld: purgedFields(row.revokedFields),
    },
    roles,
    at,
  );
  if (!seen) return { withheld: Object.keys(data) };
  const read = seen.data as Partial<OpinionAnsweredV1>;
  return {
    ...(read.explanation !== undefined && { explanation: read.explanation }),
    withheld: seen.withheld,
    decision: seen.decision,
  };
}

/** As a reader sees it. */
export function viewOf(
  row: OpinionRequestRow,
  seen: {
    readonly asked: OpenedRecord<OpinionRequestedV1>;
    readonly answer: SeenAnswer | undefined;
    readonly delivery: OpinionDelivery | null;
  },
  at: Date,
): OpinionView {
  const { asked, answer, delivery } = seen;
  return {
    ...itemOf(row, at),
    question: asked.data.question ?? null,
    applicant: shownHolder(asked.data.applicant),
    explanation: answer?.explanation ?? null,
    withheld: [...asked.withheld, ...(answer?.withheld ?? [])],
    delivery,
  };
}

function itemOf(row: OpinionRequestRow, at: Date): OpinionItem {
  return {
    id: row.id,
    subject: row.subject,
    subjectId: row.subjectId,
    agency: row.agency,
    unit: row.agencyUnit,
    askedAt: row.askedAt.toISOString(),
    dueOn: row.dueOn,
    state: row.state,
    overdue: isOverdue(row.state, row.dueAt, at),
    answeredAt: row.answeredAt?.toISOString() ?? null,
    late: isLate(row.answeredAt, row.dueAt),
    noticeId: row.noticeId,
    reason: row.restrictedSince || restrictedFields(row.revokedFields).includes('reason') ? null : row.reason,
    withdrawnAt: row.withdrawnAt?.toISOString() ?? null,
    withdrawalReason: row.withdrawalReason,
    version: row.version,
    ...sharedStanding(row),
  };
}

/** The event that asked, and what became of it. */
export async function askedOf(
  manager: EntityManager,
  { caseId, caseVersion }: OpinionRequestRow,
): Promise<{ document: OpinionRequestedV1; delivery: OpinionDelivery | null }> {
  const [found] = await manager.query<
    { document: OpinionRequestedV1; state: string | null; reason: string | null }[]
  >(
    `SELECT d.document, s.state, s.reason FROM messaging.event_document d
       LEFT JOIN messaging.delivery_status s ON s.case_id = d.case_id AND s.case_version = d.version
      WHERE d.case_id = $1 AND d.version = $2`,
    [caseId, caseVersion],
  );
  if (!found) throw new TypeError('a request for an opinion has its document');
  const { document, state, reason } = found;
  return { document, delivery: state === null ? null : { state, reason } };
}
