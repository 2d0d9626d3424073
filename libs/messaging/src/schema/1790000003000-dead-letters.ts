import type { MigrationInterface, QueryRunner } from 'typeorm';
import { DELIVERY_STATUS } from './1790000000000-messaging';
import { workingRoles } from './working-roles';

/**
 * What operators need to know of events that were parked, and what both sides compare:
 * - `dead_letter`: attempts, the discard by two people, how it ended; the event itself stays in `inbox`.
 * - Views show the metadata of events; sealed bytes are counted or digested, never shown, so `serve` needs no right to
 *   the tables that hold them.
 */
export class DeadLetters1790000003000 implements MigrationInterface {
  readonly name = 'DeadLetters1790000003000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(TABLES);
    await queryRunner.query(DISCARDED_STATUS);
    await queryRunner.query(VIEWS);
    const { ingest, serve } = await workingRoles(queryRunner);
    await queryRunner.query(`
      GRANT SELECT, INSERT, UPDATE ON messaging.dead_letter TO ${ingest};
      GRANT SELECT ON messaging.incoming_letter, messaging.outgoing_letter, messaging.sent_book,
        messaging.received_book TO ${ingest}, ${serve}`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP VIEW messaging.incoming_letter, messaging.outgoing_letter, messaging.sent_book, messaging.received_book;
      DROP TABLE messaging.dead_letter;
      DROP INDEX messaging.case_reference_parked, messaging.delivery_parked, messaging.delivery_reference`);
    await queryRunner.query(DELIVERY_STATUS.replace('CREATE VIEW', 'CREATE OR REPLACE VIEW'));
    await queryRunner.query(`
      ALTER TABLE messaging.case_reference DROP COLUMN discarded;
      ALTER TABLE messaging.intent DROP COLUMN replaces`);
  }
}

const TABLES = `
-- The event that a new one stands in for.
ALTER TABLE messaging.intent ADD COLUMN replaces text;
-- Sequences that the recipient parked and then settled without applying them.
ALTER TABLE messaging.case_reference ADD COLUMN discarded int[] NOT NULL DEFAULT '{}';

CREATE TABLE messaging.dead_letter (
  source text NOT NULL,
  id text NOT NULL,
  -- How often it was opened: its arrival is the first time.
  attempts int NOT NULL DEFAULT 1,
  attempted_at timestamptz,
  -- Why it was parked, kept when the inbox says how it was settled.
  parked_reason text,
  proposed_by text,
  proposed_reason text,
  proposed_at timestamptz,
  settled text CHECK (settled IN ('redriven', 'discarded', 'replaced')),
  settled_at timestamptz,
  settled_by text,
  settled_reason text,
  PRIMARY KEY (source, id),
  CHECK (settled IS DISTINCT FROM 'discarded' OR settled_by <> proposed_by)
);

CREATE INDEX case_reference_parked ON messaging.case_reference (peer, reference) WHERE parked <> '{}';
CREATE INDEX delivery_parked ON messaging.delivery (event_id) WHERE state = 'parked';
CREATE INDEX delivery_reference ON messaging.delivery (reference, sequence) WHERE sequence IS NOT NULL;
`;

export const DISCARDED_STATUS = `
CREATE OR REPLACE VIEW messaging.delivery_status AS
SELECT i.case_id, i.case_version, i.recipient, i.recipient_unit, i.reference, i.event_id,
       'pending' AS state, NULL::text AS reason, NULL::text AS convention, NULL::text AS fields_digest,
       NULL::int AS recipient_version, NULL::int AS sequence, NULL::uuid AS audit_record, i.intended_at AS at
  FROM messaging.intent i WHERE i.kind = 'event'
UNION ALL
SELECT d.case_id, d.case_version, d.recipient, d.recipient_unit, d.reference, d.event_id,
       CASE WHEN d.state <> 'frozen' THEN d.state
            WHEN r.epoch = d.epoch AND d.sequence = ANY (r.parked) THEN 'parked'
            WHEN r.epoch = d.epoch AND d.sequence = ANY (r.discarded) THEN
              CASE WHEN EXISTS (
                SELECT FROM messaging.delivery later
                 WHERE later.case_id = d.case_id AND later.case_version = d.case_version
                   AND later.recipient = d.recipient AND later.sequence > d.sequence)
              THEN 'replaced' ELSE 'discarded' END
            WHEN r.epoch = d.epoch AND d.sequence <= r.delivered_up_to THEN 'delivered'
            WHEN d.position <= l.marked_position THEN 'sent'
            ELSE 'frozen' END,
       d.reason, d.convention, d.fields_digest, d.recipient_version, d.sequence, d.audit_record, d.decided_at
  FROM messaging.delivery d
  JOIN messaging.lane l ON l.id = d.lane_id
  LEFT JOIN messaging.case_reference r ON r.peer = d.recipient AND r.reference = d.reference
 WHERE d.kind = 'event'`;

const VIEWS = `
CREATE VIEW messaging.incoming_letter AS
SELECT i.source AS peer, i.id, i.state, i.reason, i.type, i.reference, i.epoch, i.sequence, i.received_at AS at,
       octet_length(i.body) AS size, coalesce(d.attempts, 1) AS attempts, d.attempted_at, d.parked_reason,
       d.proposed_by, d.proposed_reason, d.proposed_at, d.settled, d.settled_at, d.settled_by, d.settled_reason
  FROM messaging.inbox i LEFT JOIN messaging.dead_letter d ON d.source = i.source AND d.id = i.id;

-- What this agency could not send, and what a recipient says that it parked.
CREATE VIEW messaging.outgoing_letter AS
SELECT d.recipient AS peer, d.event_id AS id, d.reason, d.type, d.reference, d.epoch, d.sequence,
       d.decided_at AS at, octet_length(b.body) AS size
  FROM messaging.delivery d
  LEFT JOIN messaging.sealed_body b ON b.lane_id = d.lane_id AND b.position = d.position
 WHERE d.state = 'parked'
UNION ALL
SELECT d.recipient, d.event_id, 'parked-by-recipient', d.type, d.reference, d.epoch, d.sequence, d.decided_at,
       octet_length(b.body)
  FROM messaging.case_reference r
 CROSS JOIN LATERAL unnest(r.parked) AS parked (sequence)
  JOIN messaging.delivery d ON d.reference = r.reference AND d.sequence = parked.sequence
                           AND d.recipient = r.peer AND d.epoch = r.epoch AND d.state = 'frozen'
  LEFT JOIN messaging.sealed_body b ON b.lane_id = d.lane_id AND b.position = d.position
 WHERE r.parked <> '{}';

-- What reconciliation compares. Digests of the bytes as long as they are kept; commitments of the audit records.
CREATE VIEW messaging.sent_book AS
SELECT d.recipient AS peer, d.reference, d.sequence, d.epoch, d.event_id AS id, d.kind, d.decided_at AS at,
       CASE WHEN d.state <> 'frozen' THEN d.state
            WHEN r.epoch = d.epoch AND d.sequence = ANY (r.parked || r.discarded) THEN 'unapplied'
            WHEN r.epoch = d.epoch AND d.sequence <= r.delivered_up_to THEN 'delivered'
            WHEN d.position <= l.marked_position THEN 'sent'
            ELSE 'frozen' END AS state,
       encode(sha256(b.body), 'hex') AS digest, a.commitment AS recorded
  FROM messaging.delivery d
  JOIN messaging.lane l ON l.id = d.lane_id
  LEFT JOIN messaging.case_reference r ON r.peer = d.recipient AND r.reference = d.reference
  LEFT JOIN messaging.sealed_body b ON b.lane_id = d.lane_id AND b.position = d.position
  LEFT JOIN messaging.audit_record a ON a.record_id = d.audit_record
 WHERE d.sequence IS NOT NULL;

CREATE VIEW messaging.received_book AS
SELECT i.source AS peer, i.reference, i.sequence, i.epoch, i.id, i.received_at AS at, i.state, i.reason,
       encode(i.digest, 'hex') AS digest, i.disclosure_commitment AS disclosure, a.commitment AS recorded,
       a.kind AS recorded_as
  FROM messaging.inbox i
  LEFT JOIN LATERAL (
    SELECT r.record ->> 'disclosureCommitment' AS commitment, r.kind FROM messaging.audit_record r
     WHERE r.reference = i.reference AND r.kind IN ('receipt', 'parked') AND r.record ->> 'eventId' = i.id
     ORDER BY r.kind DESC LIMIT 1) a ON true
 WHERE i.sequence IS NOT NULL AND i.reference IS NOT NULL;
`;
