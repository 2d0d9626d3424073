import type { Sql } from '../outbox/lanes';
import { PAUSE } from './sweeps';

/** Without a convention's word on it: what was sent this long ago (seconds) should have been acknowledged. */
export const OVERDUE_SECONDS = 300;

/** Deliveries of a lane looked at in one round. */
const EXAMINED = 1000;

/**
 * Looks once at each delivery that is old enough: a case of which something has not arrived is listed. A watermark a
 * lane says how far this has come, so that what was delivered in time costs one look and no row. Lanes that hold nothing
 * old enough cost no statement each: an agency with a thousand recipients has three thousand of them. What may take longer
 * than something after it is looked at with that, and listed with the time from which it is overdue.
 * @param seconds where the convention sets no delay of its own
 */
export async function listOverdue(sql: Sql, seconds: number): Promise<void> {
  const lanes = await sql.query<{ id: number }[]>(LANES_TO_EXAMINE, [seconds]);
  for (const { id } of lanes) await sql.query(EXAMINE, [id, EXAMINED, seconds]);
}

/**
 * Asks again for each listed case whose time has come, by sending its last event once more: who has it acknowledges it
 * again, who misses something before it asks for that. What was acknowledged meanwhile is settled.
 * @returns lanes to wake
 */
export async function askForOverdue(sql: Sql): Promise<number[]> {
  await sql.query(SETTLE);
  const rows = await sql.query<{ lane_id: number }[]>(ASK_AGAIN);
  return rows.map(({ lane_id }) => lane_id);
}

/** Arrived there: settled, or named as waiting, parked or ahead. What is missing before it is theirs to ask for. */
const ARRIVED = (sequence: string) =>
  `(${sequence} <= r.delivered_up_to OR ${sequence} = ANY (r.parked || r.ahead || r.waiting))`;

const LANES_TO_EXAMINE = `
SELECT l.id FROM messaging.lane l
 CROSS JOIN LATERAL (
   SELECT d.decided_at FROM messaging.delivery d
    WHERE d.lane_id = l.id AND d.position > l.examined_position ORDER BY d.position LIMIT 1) next
 WHERE l.examined_position < l.marked_position
   AND (next.decided_at < clock_timestamp() - make_interval(secs => $1)
        OR EXISTS (SELECT FROM messaging.delivery d
                    WHERE d.lane_id = l.id AND d.position > l.examined_position AND d.position <= l.marked_position
                      AND d.due_within IS NOT NULL
                      AND d.decided_at + make_interval(secs => d.due_within) < clock_timestamp()))`;

const EXAMINE = `
WITH seen AS (
    SELECT d.position, d.recipient, d.reference, d.epoch, d.sequence, d.state, d.kind, d.decided_at,
           d.decided_at + make_interval(secs => coalesce(d.due_within, $3)) AS due_at
      FROM messaging.delivery d JOIN messaging.lane l ON l.id = d.lane_id
     WHERE d.lane_id = $1 AND d.position > l.examined_position AND d.position <= l.marked_position
     ORDER BY d.position LIMIT $2
), old AS (
  -- Of a full batch in which nothing is due yet, something after it is.
  SELECT * FROM seen WHERE position <= coalesce(
    (SELECT max(position) FROM seen WHERE due_at < clock_timestamp()),
    (SELECT CASE WHEN count(*) = $2 THEN max(position) END FROM seen))
), listed AS (
  INSERT INTO messaging.overdue (peer, reference, epoch, lane_id, sent_at, next_at, due_at)
  SELECT o.recipient, o.reference, o.epoch, $1, min(o.decided_at), min(o.due_at), min(o.due_at)
    FROM old o JOIN messaging.case_reference r
      ON r.peer = o.recipient AND r.reference = o.reference AND r.epoch = o.epoch
   WHERE o.state = 'frozen' AND o.kind IN ('event', 'audit') AND NOT ${ARRIVED('o.sequence')}
   GROUP BY o.recipient, o.reference, o.epoch
  ON CONFLICT (peer, reference) DO UPDATE
    SET epoch = excluded.epoch, settled_on = NULL,
        sent_at = CASE WHEN overdue.settled_on IS NULL THEN overdue.sent_at ELSE excluded.sent_at END,
        attempts = CASE WHEN overdue.settled_on IS NULL THEN overdue.attempts ELSE 0 END,
        next_at = CASE WHEN overdue.settled_on IS NULL THEN least(overdue.next_at, excluded.next_at) ELSE excluded.next_at END,
        due_at = CASE WHEN overdue.settled_on IS NULL THEN least(overdue.due_at, excluded.due_at) ELSE excluded.due_at END
    WHERE overdue.settled_on IS NOT NULL OR excluded.due_at < overdue.due_at
)
UPDATE messaging.lane SET examined_position = (SELECT max(position) FROM old)
 WHERE id = $1 AND EXISTS (SELECT FROM old)`;

const SETTLE = `
UPDATE messaging.overdue o SET settled_on = current_date
  FROM messaging.case_reference r
 WHERE o.settled_on IS NULL AND r.peer = o.peer AND r.reference = o.reference AND ${ARRIVED('r.last_sequence')}`;

const ASK_AGAIN = `
WITH due AS (
  SELECT peer, reference FROM messaging.overdue
   WHERE settled_on IS NULL AND next_at <= clock_timestamp() ORDER BY next_at LIMIT 500 FOR UPDATE SKIP LOCKED
), asked AS (
  UPDATE messaging.overdue o SET attempts = attempts + 1, next_at = clock_timestamp() + 30 * ${PAUSE}
    FROM due WHERE o.peer = due.peer AND o.reference = due.reference
  RETURNING o.peer, o.reference
), again AS (
  INSERT INTO messaging.resend (lane_id, position)
  SELECT d.lane_id, d.position FROM asked
    JOIN messaging.case_reference r USING (peer, reference)
    JOIN messaging.delivery d ON d.reference = r.reference AND d.sequence = r.last_sequence AND d.recipient = r.peer
                             AND d.epoch = r.epoch AND d.state = 'frozen'
    JOIN messaging.lane l ON l.id = d.lane_id AND d.position <= l.marked_position
  ON CONFLICT DO NOTHING RETURNING lane_id
)
SELECT DISTINCT lane_id FROM again`;
