import {
  AGENCY,
  type CaseDocument,
  type CaseFacts,
  type CaseRegister,
  type CaseStanding,
  type CaseVersion,
  FlightCases,
  type HeldCase,
  ReferralCases,
  SeveralRegisters,
  STANDS,
} from '@liaison/casework';
import { NOTICE_ISSUED } from '@liaison/contracts';
import type { Agency } from '@liaison/kernel';
import type { Identity } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { factsOf } from './notice/facts';
import { CONTENT_TYPES } from './notice/issued-case';
import { PURPOSE } from './notice/purpose';
import type { Draft } from './notice/notice';

/** A case of an investigating service is a notice of one unit, from its first draft on; it goes by the notice's id. */
@Injectable()
export class PoliceCases implements CaseRegister {
  async findCase(
    manager: EntityManager,
    { unit }: Pick<Identity, 'unit'>,
    id: string,
  ): Promise<HeldCase | undefined> {
    const [row] = await manager.query<(FoundNotice & Ended)[]>(
      `SELECT ${HELD}, e.kind, e.reason, e.at ${FROM_WITH_END} ${WHERE}`,
      [unit, [id]],
    );
    return row && { id, reference: id, held: heldOf(row), standing: standingOf(row) };
  }

  async findDelivered(
    manager: EntityManager,
    delivered: string,
  ): Promise<{ readonly id: string; readonly unit: string } | undefined> {
    const [row] = await manager.query<{ id: string; unit: string }[]>(
      'SELECT id, unit FROM police.notice WHERE case_id = $1 ORDER BY id DESC LIMIT 1',
      [delivered],
    );
    return row;
  }

  async findDelivery(
    manager: EntityManager,
    { unit }: Pick<Identity, 'unit'>,
    id: string,
  ): Promise<string | undefined> {
    const [row] = await manager.query<{ case_id: string | null }[]>(
      'SELECT case_id FROM police.notice WHERE id = $1 AND unit = $2',
      [id, unit],
    );
    return row?.case_id ?? undefined;
  }

  /** A case has one document, the newest: earlier versions are in its history. */
  async findDocuments(
    manager: EntityManager,
    { unit }: Pick<Identity, 'unit'>,
    of: { readonly ids: readonly string[] } | { readonly newestOf: readonly string[] },
  ): Promise<readonly CaseDocument[]> {
    const ids = 'ids' in of ? of.ids : of.newestOf;
    const rows = await manager.query<WholeNotice[]>(`SELECT ${HELD}, d.document ${FROM} ${WHERE}`, [
      unit,
      ids,
    ]);
    return rows.map((row) => ({
      id: row.id,
      caseId: row.id,
      reference: row.id,
      held: heldOf(row),
      data: row.draft?.content ?? row.document ?? {},
    }));
  }

  /** A draft is its only version; of an issued notice each version that was written, with the facts of now. */
  async findVersions(
    manager: EntityManager,
    { unit }: Pick<Identity, 'unit'>,
    caseId: string,
    limit: number,
  ): Promise<readonly CaseVersion[]> {
    const rows = await manager.query<FoundVersion[]>(VERSIONS, [unit, caseId, CONTENT_TYPES, limit]);
    return rows.map((row) => ({
      id: row.id,
      caseId: row.id,
      reference: row.id,
      held: heldOf(row),
      data: row.draft?.content ?? row.document ?? {},
      version: row.version,
      at: row.at,
      state: row.latest ? row.state : 'superseded',
      detail: {},
    }));
  }
}

/** Notices, children that were referred, and children who are gone. */
@Injectable()
export class AllCases extends SeveralRegisters {
  constructor(@Inject(AGENCY) agency: Agency) {
    super([new PoliceCases(), new ReferralCases(), new FlightCases(agency)]);
  }
}

interface FoundVersion extends WholeNotice {
  readonly version: number;
  readonly at: Date;
  readonly state: string;
  readonly latest: boolean;
}

interface FoundNotice {
  readonly id: string;
  readonly draft: Draft | null;
  readonly facts: CaseFacts | null;
  readonly type: string | null;
}

/** How it ended, if it has. */
interface Ended {
  readonly kind: 'withdrawn' | 'recalled' | null;
  readonly reason: string | null;
  readonly at: Date | null;
}

interface WholeNotice extends FoundNotice {
  readonly document: unknown;
}

const heldOf = ({ draft, facts, type }: FoundNotice): HeldCase['held'] => ({
  type: type ?? NOTICE_ISSUED,
  purpose: PURPOSE,
  facts: draft ? factsOf(draft) : (facts ?? {}),
});

const standingOf = ({ kind, reason, at }: Ended): CaseStanding =>
  kind === null ? STANDS : { standing: kind, reason, since: at };

const HELD = 'n.id, n.draft, c.facts, d.type';
const FROM = `
  FROM police.notice n
  LEFT JOIN messaging.cases c ON c.id = n.case_id
  LEFT JOIN messaging.event_document d ON d.case_id = n.case_id AND d.version = n.case_version`;
const FROM_WITH_END = `${FROM}
  LEFT JOIN police.notice_change e
         ON e.notice_id = n.id AND e.version = n.version AND e.kind = n.state AND e.kind IN ('withdrawn', 'recalled')`;
const WHERE = `WHERE n.unit = $1 AND n.id = ANY ($2::uuid[]) AND n.state <> 'discarded'`;

const VERSIONS = `
SELECT n.id, n.draft, n.state, c.facts, d.type, d.document, coalesce(d.decided_at, n.created_at) AS at,
       coalesce(d.version = n.case_version, true) AS latest,
       (row_number() OVER (ORDER BY d.version))::int AS version
  FROM police.notice n
  LEFT JOIN messaging.cases c ON c.id = n.case_id
  LEFT JOIN LATERAL (
    -- Said at once for several purposes, it is one version.
    SELECT DISTINCT ON (e.type, e.decided_at) e.* FROM messaging.event_document e
     WHERE e.case_id = n.case_id AND e.type = ANY ($3) ORDER BY e.type, e.decided_at, e.version DESC
  ) d ON true
 WHERE n.unit = $1 AND n.id = $2 AND n.state <> 'discarded'
 ORDER BY d.version DESC LIMIT $4`;
