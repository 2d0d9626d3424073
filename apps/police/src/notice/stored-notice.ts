import { type AgencyPolicy, type CaseFacts, consentsOf } from '@liaison/casework';
import { type Amendment, NOTICE_ISSUED, type NoticeIssuedV2 } from '@liaison/contracts';
import { AppError } from '@liaison/kernel';
import type { Identity } from '@liaison/platform';
import type { EntityManager } from 'typeorm';
import { factsOf } from './facts';
import { PURPOSE } from './purpose';
import type { DraftContent, Notice } from './notice';
import { NoticeRow } from './notice.entity';

/**
 * A notice of the caller's own unit.
 * @throws AppError `notice-not-found`, also where it is another unit's: nobody learns that it exists
 */
export async function getNotice(
  manager: EntityManager,
  { unit }: Pick<Identity, 'unit'>,
  id: string,
  lock?: 'pessimistic_write',
): Promise<NoticeRow> {
  const row = await manager.findOne(NoticeRow, {
    where: { id, unit },
    ...(lock && { lock: { mode: lock } }),
  });
  if (!row) throw noSuchNotice();
  return row;
}

/** Locked until the transaction ends, as decisions see it. @throws AppError `notice-not-found` */
export async function lockNotice(manager: EntityManager, identity: Identity, id: string): Promise<Notice> {
  const row = await getNotice(manager, identity, id, 'pessimistic_write');
  const { state, version, draft, caseId, earlier } = row;
  if (state === 'draft' && draft) return { state, version, draft };
  if (state === 'draft' || state === 'discarded') return { state: 'discarded', version };
  const rows = await manager.query<{ peer: string; documents: number }[]>(
    `SELECT DISTINCT r.peer, c.version AS documents
       FROM messaging.cases c JOIN messaging.case_reference r ON r.case_id = c.id WHERE c.id = $1 ORDER BY r.peer`,
    [caseId],
  );
  return {
    state,
    version,
    recipients: rows.map(({ peer }) => peer).filter((peer) => !earlier.includes(peer)),
    earlier,
    documents: rows[0]?.documents ?? 0,
  };
}

export interface NoticeContent {
  /** Whole, but for a draft. */
  readonly content: DraftContent;
  /** Of the last version, where there was more than one. */
  readonly amendment?: Amendment;
  /** The document's: a new version is another type than the first. */
  readonly type: string;
  readonly facts: CaseFacts;
}

/**
 * The whole content with the facts of now: of a draft its own, of an issued notice those of its case.
 * @throws AppError `notice-not-found` for a draft that was discarded
 */
export async function contentOf(
  manager: EntityManager,
  { id, unit, draft, caseId, caseVersion }: NoticeRow,
): Promise<NoticeContent> {
  if (draft) {
    const facts = factsOf(draft, { consents: await consentsOf(manager, unit, id) });
    return { content: draft.content, type: NOTICE_ISSUED, facts };
  }
  const [issued] = await manager.query<IssuedRow[]>(
    `SELECT d.type, d.document, c.facts FROM messaging.event_document d JOIN messaging.cases c ON c.id = d.case_id
      WHERE d.case_id = $1 AND d.version = $2`,
    [caseId, caseVersion],
  );
  if (!issued) throw noSuchNotice();
  const { amendment, ...content } = issued.document;
  return { content, ...(amendment && { amendment }), type: issued.type, facts: issued.facts };
}

interface IssuedRow {
  readonly type: string;
  readonly document: NoticeIssuedV2 & { readonly amendment?: Amendment };
  readonly facts: CaseFacts;
}

/**
 * Whoever may read nothing of a notice neither learns that it exists nor changes it.
 * @throws AppError `notice-not-found`
 */
export function requireReadable(
  policy: AgencyPolicy,
  { roles }: Pick<Identity, 'roles'>,
  { type, facts }: Pick<NoticeContent, 'type' | 'facts'>,
  at: Date,
): void {
  if (!policy.read({ type, data: {}, purpose: PURPOSE, facts }, roles, at)) throw noSuchNotice();
}

/** The same of a draft, as commands find it; what is none any more is refused by the command itself. */
export function requireReadableDraft(
  policy: AgencyPolicy,
  identity: Pick<Identity, 'roles'>,
  notice: Notice,
  at: Date,
): void {
  if (notice.state !== 'draft') return;
  requireReadable(policy, identity, { type: NOTICE_ISSUED, facts: factsOf(notice.draft) }, at);
}

export const noSuchNotice = () => new AppError('notice-not-found', 'Your unit has no such notice.');
