import type { CaseDocument, CaseFacts, CaseRegister, HeldCase } from '@liaison/casework';
import { NOTICE_ISSUED } from '@liaison/contracts';
import type { Identity } from '@liaison/platform';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { factsOf } from './notice/facts';
import { PURPOSE } from './notice/issuing';
import type { Draft } from './notice/notice';

/** A case of an investigating service is a notice of one unit, from its first draft on; it goes by the notice's id. */
@Injectable()
export class PoliceCases implements CaseRegister {
  async findCase(
    manager: EntityManager,
    { unit }: Pick<Identity, 'unit'>,
    id: string,
  ): Promise<HeldCase | undefined> {
    const [row] = await manager.query<FoundNotice[]>(`SELECT ${HELD} ${FROM}`, [unit, [id]]);
    return row && { id, reference: id, held: heldOf(row) };
  }

  /** A case has one document, the newest: earlier versions are in its history. */
  async findDocuments(
    manager: EntityManager,
    { unit }: Pick<Identity, 'unit'>,
    of: { readonly ids: readonly string[] } | { readonly newestOf: readonly string[] },
  ): Promise<readonly CaseDocument[]> {
    const ids = 'ids' in of ? of.ids : of.newestOf;
    const rows = await manager.query<WholeNotice[]>(`SELECT ${HELD}, d.document ${FROM}`, [unit, ids]);
    return rows.map((row) => ({
      id: row.id,
      caseId: row.id,
      reference: row.id,
      held: heldOf(row),
      data: row.draft?.content ?? row.document ?? {},
    }));
  }
}

interface FoundNotice {
  readonly id: string;
  readonly draft: Draft | null;
  readonly facts: CaseFacts | null;
  readonly type: string | null;
}

interface WholeNotice extends FoundNotice {
  readonly document: unknown;
}

const heldOf = ({ draft, facts, type }: FoundNotice): HeldCase['held'] => ({
  type: type ?? NOTICE_ISSUED,
  purpose: PURPOSE,
  facts: draft ? factsOf(draft) : (facts ?? {}),
});

const HELD = 'n.id, n.draft, c.facts, d.type';
const FROM = `
  FROM police.notice n
  LEFT JOIN messaging.cases c ON c.id = n.case_id
  LEFT JOIN messaging.event_document d ON d.case_id = n.case_id AND d.version = n.case_version
 WHERE n.unit = $1 AND n.id = ANY ($2::uuid[]) AND n.state <> 'discarded'`;
