import type { CaseFacts } from '@liaison/casework';
import type { NoticeIssuedV2 } from '@liaison/contracts';
import { AppError } from '@liaison/kernel';
import type { Identity } from '@liaison/platform';
import type { EntityManager } from 'typeorm';
import { factsOf } from './facts';
import type { Notice } from './notice';
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
  const { version, draft, caseId, caseVersion } = row;
  if (draft) return { state: 'draft', version, draft };
  const references = await manager.query<{ peer: string }[]>(
    'SELECT DISTINCT peer FROM messaging.case_reference WHERE case_id = $1 ORDER BY peer',
    [caseId],
  );
  return {
    state: 'issued',
    version,
    recipients: references.map(({ peer }) => peer),
    documents: caseVersion ?? 0,
  };
}

/** The whole content with the facts of now: of a draft its own, of an issued notice those of its case. */
export async function contentOf(
  manager: EntityManager,
  { draft, caseId, caseVersion }: NoticeRow,
): Promise<{ readonly content: NoticeIssuedV2; readonly facts: CaseFacts }> {
  if (draft) return { content: draft.content, facts: factsOf(draft) };
  const [issued] = await manager.query<{ document: NoticeIssuedV2; facts: CaseFacts }[]>(
    `SELECT d.document, c.facts FROM messaging.event_document d JOIN messaging.cases c ON c.id = d.case_id
      WHERE d.case_id = $1 AND d.version = $2`,
    [caseId, caseVersion],
  );
  if (!issued) throw noSuchNotice();
  return { content: issued.document, facts: issued.facts };
}

export const noSuchNotice = () => new AppError('notice-not-found', 'Your unit has no such notice.');
