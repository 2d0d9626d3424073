import { ORIENTATION_REQUESTED, type OrientationRequestedV1 } from '@liaison/contracts';
import type { Identity } from '@liaison/platform';
import type { EntityManager } from 'typeorm';
import type { CaseFacts } from '../policy/case-facts';
import { noSuchOrientation } from './orientation';
import { AskedOrientationRow } from './orientation-asked.entity';

/** @throws AppError `orientation-not-found`, also where it is another unit's: nobody learns that it exists */
export async function getAsked(
  manager: EntityManager,
  { unit }: Pick<Identity, 'unit'>,
  id: string,
  lock?: 'pessimistic_write',
): Promise<AskedOrientationRow> {
  const row = await manager.findOne(AskedOrientationRow, {
    where: { id, unit },
    ...(lock && { lock: { mode: lock } }),
  });
  if (!row) throw noSuchOrientation();
  return row;
}

/** What was asked, and the facts that it rests on. */
export async function askedDocument(
  manager: EntityManager,
  id: string,
): Promise<{ readonly document: OrientationRequestedV1; readonly facts: CaseFacts }> {
  const [found] = await manager.query<{ document: OrientationRequestedV1; facts: CaseFacts | null }[]>(
    `SELECT d.document, c.facts FROM messaging.event_document d JOIN messaging.cases c ON c.id = d.case_id
      WHERE d.case_id = $1 AND d.type = $2 ORDER BY d.version DESC LIMIT 1`,
    [id, ORIENTATION_REQUESTED],
  );
  if (!found) throw new TypeError('a request has its document');
  return { document: found.document, facts: found.facts ?? {} };
}
