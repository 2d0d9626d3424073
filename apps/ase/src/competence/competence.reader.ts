import { Acts, AgencyPolicy, CLOCK, readingRecord, newestMade, newestReceived } from '@liaison/casework';
import {
  COMPETENCE_ANSWERED,
  COMPETENCE_CLAIMED,
  type CompetenceAnsweredV1,
  type CompetenceClaimedV1,
  type CompetenceHandedOverV1,
} from '@liaison/contracts';
import { AppError, type Clock } from '@liaison/kernel';
import { AuditTrail } from '@liaison/messaging';
import { noSuchClaim, noSuchConflict } from '@liaison/placement';
import { type Identity, type Page, SERVE_DATABASE, serveTransaction } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import type { ConflictItem, ConflictView, ListConflictsQuery } from './competence.dto';
import type { ClaimItem, ClaimView, ListClaimsQuery } from './competence-claim.dto';
import { AskedRow, ClaimRow, ConflictRow } from './competence.entity';
import {
  claimDocument,
  getClaim,
  getConflict,
  heldAnswer,
  heldClaim,
  heldFile,
  PURPOSE,
} from './stored-competence';

const WAITING = ['claimed', 'in-conflict', 'handed-over'];

/** What a unit reads of the conflicts that it keeps and of the claims that came. Each reading of a child is recorded. */
@Injectable()
export class CompetenceReader {
  constructor(
    @Inject(SERVE_DATABASE) private readonly database: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly policy: AgencyPolicy,
    private readonly audit: AuditTrail,
    private readonly acts: Acts,
  ) {}

  /** Newest first; nothing about the children. @throws AppError `cursor-invalid` */
  async list(identity: Identity, query: ListConflictsQuery): Promise<Page<ConflictItem>> {
    const at = this.clock.now();
    return serveTransaction(this.database, identity, (manager) => {
      const list = newestMade(manager, ConflictRow, identity, query);
      if (query.overdue !== undefined) {
        const overdue = '(it.state IN (:...waiting) AND coalesce(it.dueAt <= :at, false))';
        list.asked.andWhere(`${overdue} = :overdue`, { at, waiting: WAITING, overdue: query.overdue });
      }
      return list.page((row) => conflictItem(row, at));
    });
  }

  /** @throws AppError `competence-not-found` */
  read(identity: Identity, id: string): Promise<ConflictView> {
    return this.acts.read(identity, async (manager) => {
      const row = await getConflict(manager, identity, id);
      const at = this.clock.now();
      const { document, facts } = await claimDocument(manager, row);
      const held = { type: COMPETENCE_CLAIMED, purpose: PURPOSE, facts };
      const seen = this.policy.read({ ...held, data: document }, identity.roles, at);
      if (!seen) throw noSuchConflict();
      const records = [
        readingRecord(this.audit, identity, at, seen.decision, {
          purpose: PURPOSE,
          reference: row.caseId,
          event: COMPETENCE_CLAIMED,
        }),
      ];
      const answer = this.answerOf(identity, row, at);
      if (answer) records.push(answer.record);
      await this.audit.append(manager, records);
      const asked = await manager.find(AskedRow, { where: { conflictId: id }, order: { agency: 'ASC' } });
      return {
        ...conflictItem(row, at),
        competent: row.competent,
        told: asked.map(({ agency }) => agency),
        content: seen.data as Partial<CompetenceClaimedV1>,
        account: answer?.account ?? null,
        withheld: seen.withheld,
      };
    });
  }

  /** What the other département said in its own words, under the convention that it came under. */
  private answerOf(identity: Identity, row: ConflictRow, at: Date) {
    const held = heldAnswer(row);
    const seen = held && this.policy.read(held, identity.roles, at);
    if (!held || !seen) return undefined;
    const { agency, event, convention } = held.provenance;
    const record = readingRecord(this.audit, identity, at, seen.decision, {
      purpose: PURPOSE,
      reference: row.caseId,
      event: COMPETENCE_ANSWERED,
      eventId: event,
      counterpart: agency,
      convention,
    });
    return { account: (seen.data as Partial<CompetenceAnsweredV1>).account, record };
  }

  /** Newest first; nothing about the children. @throws AppError `cursor-invalid` */
  async listClaims(identity: Identity, query: ListClaimsQuery): Promise<Page<ClaimItem>> {
    const at = this.clock.now();
    return serveTransaction(this.database, identity, (manager) => {
      const list = newestReceived(manager, ClaimRow, identity, query);
      if (query.overdue !== undefined) {
        const overdue = `(it.state = 'received' AND coalesce(it.answerBy <= :at, false))`;
        list.asked.andWhere(`${overdue} = :overdue`, { at, overdue: query.overdue });
      }
      return list.page((row) => claimItem(row, at));
    });
  }

  /** @throws AppError `claim-not-found`, `claim-purged` */
  readClaim(identity: Identity, id: string): Promise<ClaimView> {
    return this.acts.read(identity, async (manager) => {
      const row = await getClaim(manager, identity, id);
      if (row.purgedAt !== null)
        throw new AppError(
          'claim-purged',
          'It was kept as long as it may be, or its ground has ended: there is nothing left to read.',
        );
      const at = this.clock.now();
      const claim = this.policy.read({ ...heldClaim(row), data: row.content }, identity.roles, at);
      const held = heldFile(row);
      const file = held && this.policy.read({ ...held, data: row.file }, identity.roles, at);
      if (!claim && !file) throw noSuchClaim();
      const { purpose, reference, sender } = row;
      const records = [
        ...(claim ? [{ seen: claim, of: heldClaim(row) }] : []),
        ...(file && held ? [{ seen: file, of: held }] : []),
      ].map(({ seen, of: { type, provenance } }) =>
        readingRecord(this.audit, identity, at, seen.decision, {
          purpose,
          reference,
          event: type,
          eventId: provenance.event,
          counterpart: sender,
          convention: provenance.convention,
        }),
      );
      await this.audit.append(manager, records);
      return {
        ...claimItem(row, at),
        competent: row.competent,
        content: claim?.data ?? {},
        file: (file?.data as Partial<CompetenceHandedOverV1> | undefined) ?? null,
        withheld: [...new Set([...(claim?.withheld ?? []), ...(file?.withheld ?? [])])].sort(),
      };
    });
  }
}

export const conflictItem = (row: ConflictRow, at: Date): ConflictItem => ({
  id: row.id,
  caseId: row.caseId,
  agency: row.agency,
  departement: row.claimed,
  ground: row.ground,
  claimedAt: row.claimedAt.toISOString(),
  state: row.state,
  level: row.level,
  dueAt: row.dueAt?.toISOString() ?? null,
  overdue: WAITING.includes(row.state) && row.dueAt !== null && row.dueAt <= at,
  refusal: row.refusal,
  decidedBy: row.decidedBy,
  handedOverAt: row.handedOverAt?.toISOString() ?? null,
  takenOverAt: row.takenOverAt?.toISOString() ?? null,
  version: row.version,
});

const claimItem = (row: ClaimRow, at: Date): ClaimItem => ({
  id: row.id,
  caseId: row.caseId,
  reference: row.reference,
  conflict: row.conflict,
  sender: row.sender,
  receivedAt: row.receivedAt.toISOString(),
  answerBy: row.answerBy?.toISOString() ?? null,
  overdue: row.state === 'received' && row.answerBy !== null && row.answerBy <= at,
  state: row.state,
  level: row.level,
  fileReceivedAt: row.fileReceivedAt?.toISOString() ?? null,
  takenOverAt: row.takenOverAt?.toISOString() ?? null,
  version: row.version,
});
