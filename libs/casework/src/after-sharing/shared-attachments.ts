import type { EntityManager } from 'typeorm';
import type { HeldShare, Restricting } from './shared-content';

/**
 * Documents that others shared, by the ids of the events that brought their parts. A document of which a part goes is gone, and
 * one of which a field is named is named: there is nothing in it that could be shown without the rest.
 */

export async function heldAttachments(
  manager: EntityManager,
  sender: string,
  events: readonly string[],
): Promise<readonly string[]> {
  const rows = await manager.query<{ event_id: string }[]>(
    `SELECT e.event_id FROM casework.attachment_event e JOIN casework.attachment a ON a.id = e.attachment_id
      WHERE a.sender = $1 AND e.event_id = ANY ($2::uuid[]) AND a.state <> 'voided'`,
    [sender, events],
  );
  return rows.map(({ event_id }) => event_id);
}

export async function purgeAttachments(
  manager: EntityManager,
  sender: string,
  events: readonly string[],
  fields?: readonly string[],
): Promise<void> {
  await manager.query(PURGE, [sender, events, kindsIn(fields)]);
}

export async function restrictAttachments(
  manager: EntityManager,
  sender: string,
  events: readonly string[],
  { at, fields }: Restricting,
): Promise<void> {
  await manager.query(
    `UPDATE casework.attachment a SET restricted_since = $3
      WHERE a.sender = $1 AND a.restricted_since IS NULL AND ($4::text[] IS NULL OR a.kind = ANY ($4))
        AND a.id IN (SELECT attachment_id FROM casework.attachment_event WHERE event_id = ANY ($2::uuid[]))`,
    [sender, events, at, kindsIn(fields)],
  );
}

/** The kinds of documents that such paths are in, such as `identityDocument`; null: any. */
const kindsIn = (fields: readonly string[] | undefined): readonly string[] | null =>
  fields ? [...new Set(fields.map((path) => path.split('.')[0] ?? ''))] : null;

/** Locked; of whatever case. */
export async function expiredAttachments(
  manager: EntityManager,
  at: Date,
  limit: number,
): Promise<readonly HeldShare[]> {
  return manager.query<HeldShare[]>(
    `SELECT a.sender, a.case_id AS "caseId", e.event_id AS event
       FROM (SELECT id, sender, case_id FROM casework.attachment
              WHERE coalesce(kept_until, keep_until) <= $1 AND state <> 'voided'
              ORDER BY coalesce(kept_until, keep_until) LIMIT $2 FOR UPDATE SKIP LOCKED) a
       JOIN casework.attachment_event e ON e.attachment_id = a.id`,
    [at, limit],
  );
}

/** A duty keeps them: looked at again after so many days. */
export async function postponeAttachments(
  manager: EntityManager,
  cases: readonly string[],
  at: Date,
  days: number,
): Promise<void> {
  await manager.query(
    `UPDATE casework.attachment SET kept_until = $2::timestamptz + make_interval(days => $3)
      WHERE case_id = ANY ($1::uuid[]) AND coalesce(kept_until, keep_until) <= $2 AND state <> 'voided'`,
    [cases, at, days],
  );
}

const PURGE = `
WITH named AS (
  SELECT DISTINCT a.id FROM casework.attachment a JOIN casework.attachment_event e ON e.attachment_id = a.id
   WHERE a.sender = $1 AND e.event_id = ANY ($2::uuid[]) AND ($3::text[] IS NULL OR a.kind = ANY ($3))
), gone AS (
  DELETE FROM casework.attachment_part p USING named WHERE p.attachment_id = named.id
)
UPDATE casework.attachment a
   SET state = 'voided', kind = NULL, name = NULL, media_type = NULL, size = NULL, sha256 = NULL
  FROM named WHERE a.id = named.id AND a.state <> 'voided'`;
