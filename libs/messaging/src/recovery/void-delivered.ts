import { SHARE_TYPES } from '@liaison/contracts';
import type { Sql } from '../outbox/lanes';

export interface VoidedDeliveries {
  /** Still in the queue: they will not be dispatched. */
  readonly cancelled: number;
  /** Frozen or sent: a void takes the place of each. */
  readonly voided: number;
  /** Lanes to wake once the transaction has committed. */
  readonly lanes: readonly number[];
}

/**
 * Takes back what a case has for its recipients, in the caller's transaction (T1): what is still in the queue is
 * cancelled at its dispatch; what is frozen or sent is revoked, and a void takes its place. New content is appended
 * after it, under a new sequence. Locks the case and raises its `facts_version`, so that nothing prepared before is
 * frozen after. What has been taken back already stays so. With `unsentOnly`, what was published and is not marked yet
 * gets a void all the same.
 */
export async function voidDelivered(
  sql: Sql,
  caseId: string,
  options: {
    /** Stable code, for the author and the audit record; it never leaves the agency. */
    readonly reason: string;
    /** Version of the case's document; absent: every version. */
    readonly version?: number;
    /** Agency ids; absent: every recipient. */
    readonly recipients?: readonly string[];
    /** Only what the broker is not known to have: what was sent stays as it is. */
    readonly unsentOnly?: boolean;
  },
): Promise<VoidedDeliveries> {
  await sql.query('UPDATE messaging.cases SET facts_version = facts_version + 1 WHERE id = $1', [caseId]);
  const [row] = await sql.query<{ cancelled: string; voided: string; lanes: number[] | null }[]>(
    VOID_DELIVERED,
    [
      caseId,
      options.version ?? null,
      options.recipients ?? null,
      options.reason,
      options.unsentOnly ?? false,
      // What a recipient is to undo is told it, whatever else is taken back.
      SHARE_TYPES,
    ],
  );
  return {
    cancelled: Number(row?.cancelled ?? 0),
    voided: Number(row?.voided ?? 0),
    lanes: row?.lanes ?? [],
  };
}

const VOID_DELIVERED = `
WITH pending AS (
  INSERT INTO messaging.voiding (event_id, lane_id, state, settled_at)
  SELECT i.event_id, i.lane_id, 'never-seen', clock_timestamp()
    FROM messaging.intent i
   WHERE i.kind = 'event' AND i.case_id = $1
     AND NOT EXISTS (SELECT FROM messaging.event_document e
                      WHERE e.case_id = i.case_id AND e.version = i.case_version AND e.type = ANY ($6))
     AND i.lane_id IN
         (SELECT lane_id FROM messaging.case_reference WHERE case_id = $1)
     AND ($2::int IS NULL OR i.case_version = $2) AND ($3::text[] IS NULL OR i.recipient = ANY ($3))
  ON CONFLICT DO NOTHING RETURNING lane_id
), withheld AS (
  UPDATE messaging.delivery d SET state = 'revoked', reason = $4
   WHERE d.kind = 'event' AND d.case_id = $1 AND d.state = 'frozen' AND d.type <> ALL ($6)
     AND ($2::int IS NULL OR d.case_version = $2) AND ($3::text[] IS NULL OR d.recipient = ANY ($3))
     AND NOT ($5 AND d.position <= (SELECT l.marked_position FROM messaging.lane l WHERE l.id = d.lane_id))
  RETURNING event_id, lane_id, recipient, reference
), voids AS (
  INSERT INTO messaging.voiding (event_id, lane_id) SELECT event_id, lane_id FROM withheld
  ON CONFLICT DO NOTHING RETURNING event_id, lane_id, void_id
), queued AS (
  INSERT INTO messaging.intent (lane_id, kind, event_id, recipient, reference)
  SELECT lane_id, 'void', v.void_id::text, w.recipient, w.reference FROM voids v JOIN withheld w USING (event_id, lane_id)
)
SELECT (SELECT count(*) FROM pending) AS cancelled, (SELECT count(*) FROM voids) AS voided,
       ARRAY(SELECT lane_id FROM pending UNION SELECT lane_id FROM voids) AS lanes`;
