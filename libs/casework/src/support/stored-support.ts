import { SUPPORT_REPORTED, type SupportReportedV1 } from '@liaison/contracts';
import type { Identity } from '@liaison/platform';
import type { EntityManager } from 'typeorm';
import type { CaseFacts } from '../policy/case-facts';
import { lockCase } from '../policy/facts-of-case';
import { noSuchSupport } from './support';
import { ReceivedSupportRow, SupportReportRow } from './support.entity';

type Reader = Pick<Identity, 'unit'>;

/** @throws AppError `support-not-found`, also where it is another unit's: nobody learns that it exists */
export async function getReport(
  manager: EntityManager,
  { unit }: Reader,
  id: string,
  lock?: 'pessimistic_write',
): Promise<SupportReportRow> {
  const row = await manager.findOne(SupportReportRow, {
    where: { id, unit },
    ...(lock && { lock: { mode: lock } }),
  });
  if (!row) throw noSuchSupport();
  return row;
}

/** With the facts of its case, both locked: the case first, as whatever changes its facts takes it. @throws AppError `support-not-found` */
export async function lockReport(
  manager: EntityManager,
  reader: Reader,
  id: string,
): Promise<{ readonly row: SupportReportRow; readonly facts: CaseFacts }> {
  await getReport(manager, reader, id);
  const facts = await lockCase(manager, id);
  return { row: await getReport(manager, reader, id, 'pessimistic_write'), facts };
}

/** Of reports of one unit, by id: on what each rests. */
export async function factsOfReports(
  manager: EntityManager,
  ids: readonly string[],
): Promise<ReadonlyMap<string, CaseFacts>> {
  const rows = await manager.query<{ id: string; facts: CaseFacts | null }[]>(
    'SELECT id, facts FROM messaging.cases WHERE id = ANY ($1::uuid[])',
    [ids],
  );
  return new Map(rows.map(({ id, facts }) => [id, facts ?? {}]));
}

/** What was reported last, and the facts that it rests on. */
export async function reportedDocument(
  manager: EntityManager,
  id: string,
): Promise<{ readonly document: SupportReportedV1; readonly facts: CaseFacts }> {
  const [found] = await manager.query<{ document: SupportReportedV1; facts: CaseFacts | null }[]>(
    `SELECT d.document, c.facts FROM messaging.event_document d JOIN messaging.cases c ON c.id = d.case_id
      WHERE d.case_id = $1 AND d.type = $2 ORDER BY d.version DESC LIMIT 1`,
    [id, SUPPORT_REPORTED],
  );
  if (!found) throw new TypeError('a report has its document');
  return { document: found.document, facts: found.facts ?? {} };
}

/** @throws AppError `support-not-found` */
export async function getReceivedSupport(
  manager: EntityManager,
  { unit }: Reader,
  id: string,
  lock?: 'pessimistic_write',
): Promise<ReceivedSupportRow> {
  const row = await manager.findOne(ReceivedSupportRow, {
    where: { id, unit },
    ...(lock && { lock: { mode: lock } }),
  });
  if (!row) throw noSuchSupport();
  return row;
}
