import { partitionFor } from '@liaison/contracts';
import type { Directory } from '@liaison/kernel';
import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import type { Lanes, Sql } from '../outbox/lanes';
import { inboxOf } from '../topology';

/** Rows that one round takes of each kind: the next round takes the next. */
const ROUND = 500;

/**
 * Pause before the next attempt: 2 s, doubled up to an hour. In SQL, because it counts by the database's clock.
 * `attempts` is that before this one.
 */
export const PAUSE = `make_interval(secs => least(3600, 2 * 2 ^ least(attempts, 20)))`;

/** Holes whose time has come: one request a recipient and lane, at most one a stream and pause. @returns lanes to wake */
export async function askForHoles(sql: Sql): Promise<number[]> {
  const rows = await sql.query<{ lane_id: number }[]>(ASK_FOR_HOLES, [ROUND]);
  return rows.map(({ lane_id }) => lane_id);
}

/** Voids that the recipient has not spoken of are sent again, the same bytes. @returns lanes to wake */
export async function repeatVoids(sql: Sql): Promise<number[]> {
  const rows = await sql.query<{ lane_id: number }[]>(REPEAT_VOIDS, [ROUND]);
  return rows.map(({ lane_id }) => lane_id);
}

/** How often everybody is asked for everything after a restore: requests can be lost, and nobody answers one. */
const RESTORE_ATTEMPTS = 6;

/**
 * After a restore of this agency from a backup: says to every sender how far it has come, under the new epoch, and
 * asks for everything since. @returns lanes to wake
 */
export async function askAfterRestore(
  database: DataSource,
  { agency, directory, lanes }: { agency: string; directory: Directory; lanes: Lanes },
): Promise<number[]> {
  const due = await database.query<{ peer: string }[]>(
    'SELECT peer FROM messaging.recovery WHERE next_at <= clock_timestamp() LIMIT $1',
    [ROUND],
  );
  const woken: number[] = [];
  for (const { peer } of due) {
    const known = directory.findAgency(peer);
    if (!known || peer === agency) {
      await database.query('DELETE FROM messaging.recovery WHERE peer = $1', [peer]);
      continue;
    }
    const partition = partitionFor(randomUUID(), known.inboxPartitions);
    const laneId = await lanes.getLaneId({ topic: inboxOf(known), partition });
    await database.transaction(async (manager) => {
      const [, taken] = await manager.query<[unknown[], number]>(
        `UPDATE messaging.recovery SET attempts = attempts + 1, next_at = clock_timestamp() + 30 * ${PAUSE}
          WHERE peer = $1 AND next_at <= clock_timestamp()`,
        [peer],
      );
      if (taken === 0) return;
      await manager.query('DELETE FROM messaging.recovery WHERE peer = $1 AND attempts >= $2', [
        peer,
        RESTORE_ATTEMPTS,
      ]);
      await manager.query(ACKNOWLEDGE_ALL, [peer]);
      await manager.query(
        `INSERT INTO messaging.intent (lane_id, kind, event_id, recipient)
         VALUES ($1, 'gap-request', gen_random_uuid()::text, $2)`,
        [laneId, peer],
      );
      woken.push(laneId);
    });
  }
  return woken;
}

const ASK_FOR_HOLES = `
WITH due AS (
  SELECT peer, reference FROM messaging.gap
   WHERE next_at <= clock_timestamp() ORDER BY next_at LIMIT $1 FOR UPDATE SKIP LOCKED
), asked AS (
  UPDATE messaging.gap g SET attempts = attempts + 1, next_at = clock_timestamp() + ${PAUSE}
    FROM due WHERE g.peer = due.peer AND g.reference = due.reference
  RETURNING g.lane_id, g.peer, g.reference
)
INSERT INTO messaging.intent (lane_id, kind, event_id, recipient, reference)
SELECT lane_id, 'gap-request', gen_random_uuid()::text, peer, reference FROM asked
RETURNING lane_id`;

const REPEAT_VOIDS = `
WITH due AS (
  SELECT event_id, lane_id FROM messaging.voiding
   WHERE state IS NULL AND next_at <= clock_timestamp() ORDER BY next_at LIMIT $1 FOR UPDATE SKIP LOCKED
), repeated AS (
  UPDATE messaging.voiding v SET attempts = attempts + 1, next_at = clock_timestamp() + 30 * ${PAUSE}
    FROM due WHERE v.event_id = due.event_id AND v.lane_id = due.lane_id
  RETURNING v.void_id::text AS void_id, v.lane_id
)
INSERT INTO messaging.resend (lane_id, position)
SELECT d.lane_id, d.position FROM repeated r
  JOIN messaging.delivery d ON d.event_id = r.void_id AND d.lane_id = r.lane_id
  JOIN messaging.lane l ON l.id = d.lane_id
 WHERE d.position <= l.marked_position
ON CONFLICT DO NOTHING RETURNING lane_id`;

const ACKNOWLEDGE_ALL = `
INSERT INTO messaging.intent (lane_id, kind, event_id, recipient, reference)
SELECT lane_id, 'acknowledgement', gen_random_uuid()::text, peer, reference
  FROM messaging.inbound_sequence WHERE peer = $1`;
