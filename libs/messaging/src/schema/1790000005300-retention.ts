import type { MigrationInterface, QueryRunner } from 'typeorm';
import { workingRoles } from './working-roles';

/**
 * Sealed bytes leave by the day, through one function that deletes nothing else: no working role may delete them itself.
 * `purge_sealed` runs as the owner. What it may delete stands in it, not in who calls it.
 */
export class Retention1790000005300 implements MigrationInterface {
  readonly name = 'Retention1790000005300';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { ingest, serve } = await workingRoles(queryRunner);
    await queryRunner.query(TABLE);
    await queryRunner.query(PURGE);
    await queryRunner.query(`
      REVOKE ALL ON FUNCTION messaging.purge_sealed FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION messaging.purge_sealed TO ${ingest};
      REVOKE DELETE ON messaging.sealed_body FROM ${ingest};
      REVOKE DELETE ON messaging.lane_day FROM ${ingest};
      GRANT SELECT, UPDATE ON messaging.retention TO ${ingest};
      GRANT SELECT ON messaging.retention TO ${serve}`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    const { ingest } = await workingRoles(queryRunner);
    await queryRunner.query(`
      DROP FUNCTION messaging.purge_sealed;
      DROP TABLE messaging.retention;
      GRANT DELETE ON messaging.sealed_body, messaging.lane_day TO ${ingest}`);
  }
}

const TABLE = `
CREATE TABLE messaging.retention (
  singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
  -- When everything that may go was last gone.
  completed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  next_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
INSERT INTO messaging.retention DEFAULT VALUES`;

/**
 * At most p_most sealed bodies of one lane. They go when
 * - all of the lane up to them had arrived, or was listed as overdue, at the end of a day p_days days ago, and their case
 *   has had nothing overdue since; or
 * - they were frozen p_bound days ago and published, whatever the recipient has said.
 * Never: what was not published, a void that its recipient has not answered, what is asked for at this moment.
 * Deliveries that nobody looks at again (acknowledgements, requests, news of dead letters) go with their bytes.
 * Returns how many bodies went; fewer than p_most: there is nothing left.
 */
const PURGE = `
CREATE FUNCTION messaging.purge_sealed(p_lane int, p_days int, p_bound int, p_most int) RETURNS int
LANGUAGE sql SECURITY DEFINER SET search_path = messaging, pg_temp AS $$
WITH horizon AS (
  SELECT l.marked_position AS marked, current_date - greatest(p_bound, p_days, 1) AS bound,
         current_date - greatest(p_days, 1) AS day,
         coalesce((SELECT max(position) FROM lane_day WHERE lane_id = p_lane AND day <= current_date - greatest(p_days, 1)),
                  -1) AS settled
    FROM lane l WHERE l.id = p_lane
), due AS (
  SELECT b.position, d.kind, d.event_id
    FROM horizon h
    JOIN sealed_body b ON b.lane_id = p_lane AND b.position <= h.marked AND (b.position <= h.settled OR b.day <= h.bound)
    LEFT JOIN delivery d ON d.lane_id = b.lane_id AND d.position = b.position
   WHERE (b.day <= h.bound OR NOT EXISTS (
           SELECT FROM overdue o WHERE o.peer = d.recipient AND o.reference = d.reference
              AND (o.settled_on IS NULL OR o.settled_on > h.day)))
     AND NOT EXISTS (SELECT FROM voiding v WHERE d.kind = 'void' AND v.lane_id = p_lane AND v.state IS NULL
                        AND v.void_id::text = d.event_id)
     AND NOT EXISTS (SELECT FROM resend r WHERE r.lane_id = p_lane AND r.position = b.position)
   ORDER BY b.position LIMIT p_most
), bodies AS (
  DELETE FROM sealed_body b USING due WHERE b.lane_id = p_lane AND b.position = due.position RETURNING 1
), chatter AS (
  DELETE FROM delivery d USING due
   WHERE d.lane_id = p_lane AND d.event_id = due.event_id AND due.kind IN ('acknowledgement', 'gap-request', 'dead-letter')
), days AS (
  DELETE FROM lane_day l USING horizon h
   WHERE l.lane_id = p_lane AND l.day < h.day
     AND EXISTS (SELECT FROM lane_day later WHERE later.lane_id = p_lane AND later.day > l.day AND later.day <= h.day)
), answered AS (
  DELETE FROM overdue o USING horizon h WHERE o.lane_id = p_lane AND o.settled_on <= h.day
)
SELECT count(*)::int FROM bodies
$$`;
