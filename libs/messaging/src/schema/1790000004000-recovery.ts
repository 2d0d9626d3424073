import type { MigrationInterface, QueryRunner } from 'typeorm';
import { DISCARDED_STATUS } from './1790000003000-dead-letters';
import { workingRoles } from './working-roles';

/**
 * What delivery needs to notice a loss and to repair it: holes asked for, bytes to send again, voids, overdue answers,
 * the positions up to which a lane was settled, day by day. All of these tables are empty while nothing goes wrong,
 * but for one row a lane and day. Times are the database's, so that pauses survive a restart.
 */
export class Recovery1790000004000 implements MigrationInterface {
  readonly name = 'Recovery1790000004000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(CHANGES);
    await queryRunner.query(TABLES);
    await queryRunner.query(DELIVERY_STATUS);
    const { ingest, serve } = await workingRoles(queryRunner);
    await queryRunner.query(grants(ingest, serve));
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(BACK);
    await queryRunner.query(DISCARDED_STATUS);
    await queryRunner.query(`
      ALTER TABLE messaging.case_reference DROP COLUMN ahead, DROP COLUMN waiting, DROP COLUMN recipient_epoch;
      DROP TABLE messaging.voiding`);
  }
}

const BACK = `
DROP INDEX messaging.inbox_dropped;
DROP TABLE messaging.gap, messaging.recovery, messaging.peer, messaging.resend, messaging.overdue, messaging.lane_day;
ALTER TABLE messaging.lane DROP COLUMN examined_position;
ALTER TABLE messaging.tombstone DROP COLUMN state;
ALTER TABLE messaging.inbox DROP CONSTRAINT inbox_state_check,
  ADD CONSTRAINT inbox_state_check CHECK (state IN ('waiting', 'applied', 'parked', 'dropped'));
ALTER TABLE messaging.intent DROP CONSTRAINT intent_kind_check,
  ADD CONSTRAINT intent_kind_check CHECK (kind IN ('event', 'audit', 'acknowledgement', 'dead-letter'));
`;

const CHANGES = `
ALTER TABLE messaging.intent DROP CONSTRAINT intent_kind_check,
  ADD CONSTRAINT intent_kind_check
    CHECK (kind IN ('event', 'audit', 'acknowledgement', 'dead-letter', 'void', 'gap-request'));
ALTER TABLE messaging.inbox DROP CONSTRAINT inbox_state_check,
  ADD CONSTRAINT inbox_state_check CHECK (state IN ('waiting', 'applied', 'parked', 'dropped', 'revoked'));

ALTER TABLE messaging.case_reference
  ADD COLUMN ahead int[] NOT NULL DEFAULT '{}',
  ADD COLUMN waiting int[] NOT NULL DEFAULT '{}',
  ADD COLUMN recipient_epoch uuid;
ALTER TABLE messaging.tombstone
  ADD COLUMN state text NOT NULL DEFAULT 'never-seen' CHECK (state IN ('never-seen', 'dropped', 'revoked'));
ALTER TABLE messaging.lane ADD COLUMN examined_position bigint NOT NULL DEFAULT 0;
CREATE INDEX inbox_dropped ON messaging.inbox (source, reference, sequence) WHERE state = 'dropped';
`;

const TABLES = `
-- Recipient: one row for each case that has a hole now.
CREATE TABLE messaging.gap (
  peer text NOT NULL,
  reference uuid NOT NULL,
  epoch uuid NOT NULL,
  lane_id int NOT NULL,
  highest int NOT NULL,
  first_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  attempts int NOT NULL DEFAULT 0,
  next_at timestamptz NOT NULL,
  PRIMARY KEY (peer, reference)
);

-- Recipient restored from a backup: whom to ask for everything, and how often that was done.
CREATE TABLE messaging.recovery (
  peer text PRIMARY KEY,
  epoch uuid NOT NULL,
  attempts int NOT NULL DEFAULT 0,
  next_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- Sender: the newest epoch in which each recipient asked for everything.
CREATE TABLE messaging.peer (
  peer text PRIMARY KEY,
  recipient_epoch uuid NOT NULL
);

-- Sender: frozen bytes to publish once more, worked off by the leaseholder of their lane.
CREATE TABLE messaging.resend (
  lane_id int NOT NULL,
  position bigint NOT NULL,
  requested_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (lane_id, position)
);

-- Sender: deliveries taken back. Without a state until the recipient has said what it found.
CREATE TABLE messaging.voiding (
  event_id text NOT NULL,
  lane_id int NOT NULL,
  void_id uuid NOT NULL DEFAULT gen_random_uuid(),
  requested_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  state text CHECK (state IN ('never-seen', 'dropped', 'revoked')),
  settled_at timestamptz,
  attempts int NOT NULL DEFAULT 0,
  next_at timestamptz NOT NULL DEFAULT clock_timestamp() + interval '1 minute',
  PRIMARY KEY (event_id, lane_id)
);
CREATE INDEX voiding_open ON messaging.voiding (next_at) WHERE state IS NULL;

-- Sender: one row for each case whose recipient has not said in time that it has what was sent.
CREATE TABLE messaging.overdue (
  peer text NOT NULL,
  reference uuid NOT NULL,
  epoch uuid NOT NULL,
  lane_id int NOT NULL,
  sent_at timestamptz NOT NULL,
  attempts int NOT NULL DEFAULT 0,
  next_at timestamptz NOT NULL,
  settled_on date,
  PRIMARY KEY (peer, reference)
);
CREATE INDEX overdue_open ON messaging.overdue (next_at) WHERE settled_on IS NULL;

-- Sender: what had been acknowledged, or is listed as overdue, at the end of each day.
CREATE TABLE messaging.lane_day (
  lane_id int NOT NULL,
  day date NOT NULL,
  position bigint NOT NULL,
  PRIMARY KEY (lane_id, day)
);
`;

export const DELIVERY_STATUS = `
CREATE OR REPLACE VIEW messaging.delivery_status AS
SELECT i.case_id, i.case_version, i.recipient, i.recipient_unit, i.reference, i.event_id,
       'pending' AS state, NULL::text AS reason, NULL::text AS convention, NULL::text AS fields_digest,
       NULL::int AS recipient_version, NULL::int AS sequence, NULL::uuid AS audit_record, i.intended_at AS at
  FROM messaging.intent i WHERE i.kind = 'event'
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
       d.reason, d.convention, d.fields_digest, d.recipient_version, d.sequence, d.audit_record, d.decided_at
  FROM messaging.delivery d
  JOIN messaging.lane l ON l.id = d.lane_id
  LEFT JOIN messaging.case_reference r ON r.peer = d.recipient AND r.reference = d.reference
  LEFT JOIN messaging.voiding v ON v.event_id = d.event_id AND v.lane_id = d.lane_id
 WHERE d.kind = 'event';
`;

/**
 * `serve` may take a delivery back: it changes the state and the reason of one, never what was decided or sent, and
 * asks for the void in the same transaction.
 */
const grants = (ingest: string, serve: string): string => `
GRANT SELECT, INSERT, UPDATE, DELETE ON messaging.gap, messaging.resend, messaging.overdue, messaging.recovery,
  messaging.lane_day TO ${ingest};
GRANT SELECT, INSERT, UPDATE ON messaging.voiding, messaging.peer TO ${ingest};
GRANT UPDATE ON messaging.tombstone TO ${ingest};
GRANT SELECT, INSERT ON messaging.voiding TO ${serve};
GRANT SELECT ON messaging.overdue TO ${serve};
GRANT UPDATE (state, reason) ON messaging.delivery TO ${serve};
`;
