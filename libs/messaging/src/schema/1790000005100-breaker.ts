import type { MigrationInterface, QueryRunner } from 'typeorm';
import { DELIVERY_STATUS } from './1790000004000-recovery';
import { workingRoles } from './working-roles';

/**
 * Which recipients cannot be reached: one row for each topic that ever could not. A table, so that every process of the
 * agency holds back, and a restart does not begin with everybody at once. Times are the database's.
 */
export class Breaker1790000005100 implements MigrationInterface {
  readonly name = 'Breaker1790000005100';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(TABLE);
    await queryRunner.query(HELD_STATUS);
    const { ingest, serve } = await workingRoles(queryRunner);
    await queryRunner.query(`
      GRANT SELECT, INSERT, UPDATE ON messaging.breaker TO ${ingest};
      GRANT SELECT, UPDATE (next_at) ON messaging.breaker TO ${serve}`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(DELIVERY_STATUS);
    await queryRunner.query('DROP TABLE messaging.breaker');
  }
}

const TABLE = `
CREATE TABLE messaging.breaker (
  topic text PRIMARY KEY,
  state text NOT NULL CHECK (state IN ('closed', 'open', 'half-open')),
  -- Since when it is closed, or has not been.
  since timestamptz NOT NULL DEFAULT clock_timestamp(),
  reason text,
  attempts int NOT NULL DEFAULT 0,
  next_at timestamptz,
  -- The lane that probes: when its lease has run out, its process is gone.
  lane_id int
) WITH (fillfactor = 50)`;

/** What does not leave says why: the reason of its recipient's breaker. */
export const HELD_STATUS = `
CREATE OR REPLACE VIEW messaging.delivery_status AS
SELECT i.case_id, i.case_version, i.recipient, i.recipient_unit, i.reference, i.event_id,
       'pending' AS state, b.reason, NULL::text AS convention, NULL::text AS fields_digest,
       NULL::int AS recipient_version, NULL::int AS sequence, NULL::uuid AS audit_record, i.intended_at AS at
  FROM messaging.intent i
  LEFT JOIN messaging.lane l ON l.id = i.lane_id
  LEFT JOIN messaging.breaker b ON b.topic = l.topic AND b.state <> 'closed'
 WHERE i.kind = 'event'
UNION ALL
SELECT d.case_id, d.case_version, d.recipient, d.recipient_unit, d.reference, d.event_id,
       CASE WHEN d.state = 'revoked' AND v.state IS NOT NULL THEN 'voided'
            WHEN d.state <> 'frozen' THEN d.state
            -- What was not known to be delivered when a newer epoch began was taken back into the queue.
            WHEN d.epoch < r.epoch THEN 'delivered'
            WHEN r.epoch = d.epoch AND d.sequence = ANY (r.parked) THEN 'parked'
            WHEN r.epoch = d.epoch AND d.sequence = ANY (r.discarded) THEN
              CASE WHEN EXISTS (
                SELECT FROM messaging.delivery later
                 WHERE later.case_id = d.case_id AND later.case_version = d.case_version
                   AND later.recipient = d.recipient AND later.sequence > d.sequence)
              THEN 'replaced' ELSE 'discarded' END
            WHEN r.epoch = d.epoch AND (d.sequence <= r.delivered_up_to OR d.sequence = ANY (r.ahead)) THEN 'delivered'
            WHEN d.position <= l.marked_position THEN 'sent'
            ELSE 'frozen' END,
       CASE WHEN d.state = 'frozen' AND d.position > l.marked_position THEN b.reason ELSE d.reason END,
       d.convention, d.fields_digest, d.recipient_version, d.sequence, d.audit_record, d.decided_at
  FROM messaging.delivery d
  JOIN messaging.lane l ON l.id = d.lane_id
  LEFT JOIN messaging.case_reference r ON r.peer = d.recipient AND r.reference = d.reference
  LEFT JOIN messaging.breaker b ON b.topic = l.topic AND b.state <> 'closed'
  LEFT JOIN messaging.voiding v ON v.event_id = d.event_id AND v.lane_id = d.lane_id
 WHERE d.kind = 'event'`;
