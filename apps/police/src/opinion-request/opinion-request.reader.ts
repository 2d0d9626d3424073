import {
  AgencyPolicy,
  askedBy,
  CLOCK,
  type QueriedOrigin,
  QueryGate,
  readingRecord,
  restrictedFields,
  sharedStanding,
  newestMade,
} from '@liaison/casework';
import { OPINION_REQUESTED } from '@liaison/contracts';
import type { Clock } from '@liaison/kernel';
import { AUDIT_LINGER_MS, AuditTrail, Dispatcher } from '@liaison/messaging';
import {
  type AskedFields,
  type Identity,
  type Page,
  SERVE_DATABASE,
  serveTransaction,
} from '@liaison/platform';
import type { Decision } from '@liaison/sharing-policy';
import { Inject, Injectable } from '@nestjs/common';
import type { DataSource, EntityManager } from 'typeorm';
import type { ListOpinionsQuery, OpinionContent, OpinionItem, OpinionView } from './opinion-request.dto';
import { isLate, isOverdue, noSuchOpinion } from './opinion-request';
import { OpinionRequestRow } from './opinion-request.entity';
import { getOpinion } from './stored-opinion';

/** What a unit reads of the opinions that it is asked for. An answer that shows personal data is recorded where it was read. */
@Injectable()
export class OpinionReader {
  constructor(
    @Inject(SERVE_DATABASE) private readonly database: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly policy: AgencyPolicy,
    private readonly audit: AuditTrail,
    private readonly dispatcher: Dispatcher,
    private readonly gate: QueryGate,
  ) {}

  /** Newest first. @throws AppError `cursor-invalid` */
  async list(identity: Identity, query: ListOpinionsQuery): Promise<Page<OpinionItem>> {
    const at = this.clock.now();
    return serveTransaction(this.database, identity, async (manager) => {
      const list = newestMade(manager, OpinionRequestRow, identity, query);
      list.asked.andWhere(`${CAME} = ANY (:open)`, {
        open: await this.openOrigins(manager, identity, query),
      });
      if (query.overdue !== undefined) {
        const overdue = `(it.state = 'open' AND coalesce(it.dueAt <= :at, false))`;
        list.asked.andWhere(`${overdue} = :overdue`, { at, overdue: query.overdue });
      }
      return list.page((row) => {
        const shows = this.gate.isOpen(identity, originOf(identity, row), DUE);
        return itemOf(shows ? row : { ...row, dueOn: null, dueAt: null }, at);
      });
    });
  }

  /** From where the caller may ask by what this question rests on: what came otherwise is as if it were not there. */
  private async openOrigins(
    manager: EntityManager,
    identity: Identity,
    query: ListOpinionsQuery,
  ): Promise<readonly string[]> {
    const filters = askedBy({ ...ASKED_BY, lists: [] }, { ...query });
    const came = await manager.query<OriginOfRequest[]>(
      'SELECT DISTINCT agency, convention, purpose FROM police.opinion_request WHERE unit = $1',
      [identity.unit],
    );
    return came.flatMap((row) =>
      this.gate.isOpen(identity, originOf(identity, row), filters)
        ? [`${row.agency} ${row.convention} ${row.purpose}`]
        : [],
    );
  }

  /** What the caller's roles may see. @throws AppError `opinion-not-found` */
  async read(identity: Identity, id: string): Promise<OpinionView> {
    const view = await serveTransaction(this.database, identity, async (manager) => {
      const row = await getOpinion(manager, identity, { id });
      const at = this.clock.now();
      const seen = readOpinion(this.policy, identity, row, at);
      if (!seen) throw noSuchOpinion();
      await this.audit.append(manager, [
        readingRecord(this.audit, identity, at, seen.decision, {
          purpose: row.purpose,
          reference: row.request,
          event: OPINION_REQUESTED,
          eventId: row.eventId,
          counterpart: row.agency,
          convention: row.convention,
        }),
      ]);
      return seen.view;
    });
    this.dispatcher.wake([this.audit.laneId], AUDIT_LINGER_MS);
    return view;
  }
}

const CAME = `it.agency || ' ' || it.convention || ' ' || it.purpose`;

type OriginOfRequest = Pick<OpinionRequestRow, 'agency' | 'convention' | 'purpose'>;

/** What a list of requests rests on; each came under a convention of its own. */
export const ASKED_BY: AskedFields = {
  of: OPINION_REQUESTED,
  filters: { overdue: ['dueOn'] },
  lists: ['dueOn'],
  eachDecides: true,
};
const DUE = [{ use: 'list', path: 'dueOn' }] as const;

const originOf = (
  { agency: own }: Pick<Identity, 'agency'>,
  { agency, convention, purpose }: OriginOfRequest,
): QueriedOrigin => ({
  type: OPINION_REQUESTED,
  purpose,
  departement: null,
  // Whoever has the request was asked.
  facts: { askedForOpinion: [own] },
  sender: agency,
  convention,
});

/** A request as the reader's roles may see it; nothing where they may not know of it. */
export function readOpinion(
  policy: AgencyPolicy,
  { agency, roles }: Pick<Identity, 'agency' | 'roles'>,
  row: OpinionRequestRow,
  at: Date,
): { readonly view: OpinionView; readonly decision: Decision } | undefined {
  const held = {
    type: OPINION_REQUESTED,
    data: row.content,
    purpose: row.purpose,
    // Whoever has the request was asked.
    facts: { askedForOpinion: [agency] },
    provenance: { agency: row.agency, event: row.eventId, convention: row.convention },
    withheld: row.withheld,
    restricted: row.restrictedSince !== null,
    restrictedFields: restrictedFields(row.revokedFields),
  };
  const seen = policy.read(held, roles, at);
  if (!seen) return undefined;
  const { subject, ground, question, departement, applicant } = seen.data as OpinionContent;
  const view = {
    ...itemOf(row, at),
    about: row.about,
    content: {
      ...(subject && { subject }),
      ...(ground && { ground }),
      ...(question && { question }),
      ...(departement && { departement }),
      ...(applicant && { applicant }),
    },
    withheld: seen.withheld,
  };
  return { view, decision: seen.decision };
}

function itemOf(row: OpinionRequestRow, at: Date): OpinionItem {
  return {
    id: row.id,
    agency: row.agency,
    request: row.request,
    receivedAt: row.receivedAt.toISOString(),
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
    ...sharedStanding(row),
  };
}
