import { Acts, AgencyPolicy, decidedFields } from '@liaison/casework';
import {
  OPINION_ANSWERED,
  OPINION_REQUESTED,
  type OpinionAnsweredV1,
  type OpinionRequestedV1,
} from '@liaison/contracts';
import { auditFields, AuditTrail, currentTraceparent } from '@liaison/messaging';
import {
  decodeCursor,
  type Identity,
  isIdPosition,
  type Page,
  pageOf,
  SERVE_DATABASE,
  serveTransaction,
} from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { DataSource, EntityManager } from 'typeorm';
import { shownHolder } from '../holder';
import { OwnRecords, PURPOSE } from '../own-records';
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
    const after = query.cursor === undefined ? undefined : decodeCursor(query.cursor, isIdPosition);
    const at = this.records.now();
    const rows = await serveTransaction(this.database, identity, (manager) => {
      const asked = manager
        .createQueryBuilder(OpinionRequestRow, 'o')
        .where('o.unit = :unit', { unit: identity.unit })
        .orderBy('o.id', 'DESC')
        .take(query.limit + 1);
      if (query.state) asked.andWhere('o.state = :state', { state: query.state });
      if (query.subjectId) asked.andWhere('o.subjectId = :subject', { subject: query.subjectId });
      if (query.overdue !== undefined) {
        asked.andWhere(`(o.state = 'asked' AND o.dueAt <= :at) = :overdue`, { at, overdue: query.overdue });
      }
      if (after) asked.andWhere('o.id < :after', { after });
      return asked.getMany();
    });
    return pageOf(
      rows,
      query.limit,
      (row) => itemOf(row, at),
      ({ id }) => id,
    );
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
      const { explanation = null, withheld } = await this.answer(manager, identity, row);
      return {
        ...itemOf(row, this.records.now()),
        question: asked.data.question ?? null,
        applicant: shownHolder(asked.data.applicant),
        explanation,
        withheld: [...asked.withheld, ...withheld],
        delivery,
      };
    });
  }

  /** What came from the unit, as far as the caller's roles may read it. */
  private async answer(
    manager: EntityManager,
    identity: Identity,
    row: OpinionRequestRow,
  ): Promise<{ explanation?: string; withheld: readonly string[] }> {
    const { answerEvent, convention, answeredAt, explanation, reason } = row;
    if (answerEvent === null || convention === null || answeredAt === null) return { withheld: [] };
    const at = this.records.now();
    const data: OpinionAnsweredV1 = {
      request: row.id,
      outcome: row.state === 'refused' ? 'refused' : 'notice',
      ...(reason && { reason }),
      ...(explanation && { explanation }),
      answeredAt: answeredAt.toISOString(),
    };
    const provenance = { agency: row.agency, event: answerEvent, convention };
    const held = { type: OPINION_ANSWERED, data, purpose: PURPOSE, facts: {}, provenance };
    const seen = this.policy.read(held, identity.roles, at);
    if (!seen) return { withheld: Object.keys(data) };
    await this.audit.append(manager, [
      this.audit.prepare(
        {
          kind: 'read',
          at: at.toISOString(),
          unit: identity.unit,
          agent: identity.pseudonym,
          purpose: PURPOSE,
          legalBases: [...seen.decision.legalBases],
          reference: row.id,
          event: OPINION_ANSWERED,
          eventId: answerEvent,
          counterpart: row.agency,
          convention,
          policyDigest: seen.decision.digest,
          fields: auditFields(decidedFields(seen.decision)),
        },
        currentTraceparent(),
      ),
    ]);
    return { ...(seen.data as Partial<OpinionAnsweredV1>), withheld: seen.withheld };
  }
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
    reason: row.reason,
    withdrawnAt: row.withdrawnAt?.toISOString() ?? null,
    withdrawalReason: row.withdrawalReason,
    version: row.version,
  };
}

/** The event that asked, and what became of it. */
async function askedOf(
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
