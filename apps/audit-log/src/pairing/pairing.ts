import type { Sql } from '@liaison/messaging';
import { OUTCOMES } from '../chain/chain';

/** Records looked at in one statement. */
const EXAMINED = 2_000;

/**
 * Looks once at each record that is old enough: a disclosure of which no recipient has said anything, and what a recipient
 * said of a disclosure that nobody recorded, are listed. What has found its other side since is taken off the list. How far
 * it has come stands in the database; several processes share the work.
 * @param afterSeconds since the log had the record
 */
export async function listUnpaired(sql: Sql, afterSeconds: number): Promise<void> {
  await sql.query(FORGET_PAIRED);
  await sql.query(SETTLE);
  for (;;) {
    const [row] = await sql.query<{ seen: number }[]>(EXAMINE, [EXAMINED, afterSeconds]);
    if ((row?.seen ?? 0) < EXAMINED) return;
  }
}

export interface UnpairedCount {
  readonly agency: string;
  readonly state: 'not-received' | 'not-disclosed';
  readonly depth: number;
  /** Of the oldest act, in seconds. */
  readonly age: number;
}

export function countUnpaired(sql: Sql): Promise<UnpairedCount[]> {
  return sql.query<UnpairedCount[]>(
    `SELECT agency, state, count(*)::int AS depth,
            greatest(0, extract(epoch FROM now() - min(appended_at)))::float8 AS age
       FROM pairing.unpaired GROUP BY agency, state`,
  );
}

const IS_OUTCOME = (alias: string) =>
  `${alias}.kind IN (${[...OUTCOMES].map((kind) => `'${kind}'`).join(', ')})`;

/** As `chainOf` pairs them: the recipient says it, or the sender that it took the event back. */
const HAS_OUTCOME = (r: string) => `EXISTS (
  SELECT FROM audit_log.record o
   WHERE o.reference = ${r}.reference AND ${IS_OUTCOME('o')} AND o.disclosure_commitment = d.commitment
     AND (o.agency = ${r}.counterpart OR (o.kind = 'voided' AND o.agency = ${r}.agency)))`;
const HAS_DISCLOSURE = (r: string) => `EXISTS (
  SELECT FROM audit_log.record o
   WHERE o.reference = ${r}.reference AND o.kind = 'disclosure' AND o.commitment = d.disclosure_commitment
     AND (o.agency = ${r}.counterpart OR (${r}.kind = 'voided' AND o.agency = ${r}.agency)))`;

const FORGET_PAIRED = `
DELETE FROM pairing.unpaired u USING audit_log.record d
 WHERE d.position = u.position
   AND CASE u.state WHEN 'not-received' THEN ${HAS_OUTCOME('u')} ELSE ${HAS_DISCLOSURE('u')} END`;

/**
 * Positions are given before they are committed: one that is read may have a lower one come after it. So a position counts
 * once everything that ran when it was read has ended.
 */
const SETTLE = `
UPDATE pairing.progress
   SET settled = read, read = coalesce((SELECT max(position) FROM audit_log.record), 0),
       read_xid = pg_snapshot_xmax(pg_current_snapshot())
 WHERE read_xid <= pg_snapshot_xmin(pg_current_snapshot())`;

const EXAMINE = `
WITH progress AS (
  SELECT position, settled FROM pairing.progress FOR UPDATE
), batch AS (
  SELECT r.* FROM progress p JOIN audit_log.record r ON r.position > p.position AND r.position <= p.settled
   ORDER BY r.position LIMIT $1
), seen AS (
  SELECT * FROM batch WHERE position < coalesce(
    (SELECT min(position) FROM batch WHERE appended_at > clock_timestamp() - make_interval(secs => $2)), 'Infinity'::float8)
), listed AS (
  INSERT INTO pairing.unpaired
    (position, record_id, state, agency, counterpart, kind, reference, event_id, convention, at, appended_at)
  SELECT d.position, d.record_id, CASE d.kind WHEN 'disclosure' THEN 'not-received' ELSE 'not-disclosed' END, d.agency,
         d.counterpart, d.kind, d.reference, d.event_id, d.convention, d.at, d.appended_at
    FROM seen d
   WHERE (d.kind = 'disclosure' AND NOT ${HAS_OUTCOME('d')})
      OR (${IS_OUTCOME('d')} AND d.disclosure_commitment IS NOT NULL AND NOT ${HAS_DISCLOSURE('d')})
  ON CONFLICT DO NOTHING
), moved AS (
  UPDATE pairing.progress SET position = (SELECT max(position) FROM seen) WHERE EXISTS (SELECT FROM seen)
)
SELECT count(*)::int AS seen FROM seen`;
