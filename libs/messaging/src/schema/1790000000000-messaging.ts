import type { MigrationInterface, QueryRunner } from 'typeorm';
import { workingRoles } from './working-roles';

/**
 * Everything delivery needs, in the schema `messaging` of an agency's database. Notes on the shape:
 * - `intent` is narrow with one index and no foreign keys; dispatch deletes what it takes, by lane, in order of id.
 * - `event_document`, `audit_record` are append-only: INSERT and SELECT for every role, tested as those roles.
 * - sent and delivered are watermarks (lane.marked_position, case_reference.delivered_up_to), not a row update each;
 *   the view `delivery_status` derives the state a caseworker sees.
 * - `epoch`, tombstones and the remaining states are there for recovery, which must not need a rewrite of live tables.
 */
export class Messaging1790000000000 implements MigrationInterface {
  readonly name = 'Messaging1790000000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(TABLES);
    await queryRunner.query(DELIVERY_STATUS);
    const { ingest, serve } = await workingRoles(queryRunner);
    await queryRunner.query(grants(ingest, serve));
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP SCHEMA messaging CASCADE');
  }
}

const TABLES = `
CREATE SCHEMA messaging;
SET LOCAL search_path = messaging;

CREATE TABLE agency_state (
  singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
  agency text NOT NULL,
  epoch uuid NOT NULL,
  audit_reference uuid NOT NULL,
  policy_generation bigint NOT NULL DEFAULT 1,
  policy_digest text NOT NULL
);

CREATE TABLE cases (
  id uuid PRIMARY KEY,
  unit text NOT NULL,
  version int NOT NULL DEFAULT 0,
  facts jsonb NOT NULL DEFAULT '{}',
  facts_version bigint NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL
) WITH (fillfactor = 85);

CREATE TABLE event_document (
  case_id uuid NOT NULL,
  version int NOT NULL,
  type text NOT NULL,
  document json NOT NULL,
  purpose text NOT NULL,
  unit text NOT NULL,
  agent text,
  correlation_id uuid NOT NULL,
  causation_id text,
  decided_at timestamptz NOT NULL,
  PRIMARY KEY (case_id, version)
);

CREATE TABLE lane (
  id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  topic text NOT NULL,
  partition int NOT NULL,
  holder text,
  token bigint NOT NULL DEFAULT 0,
  lease_until timestamptz,
  last_position bigint NOT NULL DEFAULT 0,
  marked_position bigint NOT NULL DEFAULT 0,
  UNIQUE (topic, partition)
) WITH (fillfactor = 50);

CREATE TABLE case_reference (
  peer text NOT NULL,
  reference uuid NOT NULL,
  case_id uuid,
  lane_id int NOT NULL,
  epoch uuid NOT NULL,
  last_sequence int NOT NULL DEFAULT 0,
  recipient_version int NOT NULL DEFAULT 0,
  delivered_up_to int NOT NULL DEFAULT 0,
  parked int[] NOT NULL DEFAULT '{}',
  voided int[] NOT NULL DEFAULT '{}',
  PRIMARY KEY (peer, reference)
) WITH (fillfactor = 70);
CREATE INDEX case_reference_case ON case_reference (case_id, peer);

CREATE TABLE intent (
  id bigint GENERATED ALWAYS AS IDENTITY (CACHE 1) NOT NULL,
  lane_id int NOT NULL,
  kind text NOT NULL CHECK (kind IN ('event', 'audit', 'acknowledgement', 'dead-letter')),
  event_id text NOT NULL,
  recipient text NOT NULL,
  recipient_unit text,
  reference uuid,
  case_id uuid,
  case_version int,
  intended_at timestamptz NOT NULL DEFAULT now()
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
CREATE INDEX intent_lane ON intent (lane_id, id);

CREATE TABLE delivery (
  event_id text NOT NULL,
  lane_id int NOT NULL,
  position bigint,
  kind text NOT NULL,
  state text NOT NULL CHECK (state IN ('refused', 'cancelled', 'frozen', 'revoked', 'parked')),
  reason text,
  case_id uuid,
  case_version int,
  recipient text NOT NULL,
  recipient_unit text,
  reference uuid,
  epoch uuid,
  sequence int,
  recipient_version int,
  type text NOT NULL,
  convention text,
  fields_digest text,
  decision_nonce bytea,
  decision_commitment text,
  audit_record uuid,
  audit_salt bytea,
  audit_commitment text,
  valid_until timestamptz,
  decided_at timestamptz NOT NULL,
  PRIMARY KEY (event_id, lane_id)
);
CREATE INDEX delivery_position ON delivery (lane_id, position) WHERE position IS NOT NULL;
CREATE INDEX delivery_case ON delivery (case_id, case_version) WHERE case_id IS NOT NULL;

-- What was decided field by field, once per distinct answer: thousands of deliveries share a few.
CREATE TABLE decided_fields (
  digest text PRIMARY KEY,
  fields json NOT NULL
);

CREATE TABLE sealed_body (
  lane_id int NOT NULL,
  position bigint NOT NULL,
  key text NOT NULL,
  message_id text NOT NULL,
  body bytea NOT NULL,
  day date NOT NULL DEFAULT current_date,
  PRIMARY KEY (lane_id, position)
);
ALTER TABLE sealed_body ALTER COLUMN body SET STORAGE EXTERNAL;

CREATE TABLE audit_record (
  record_id uuid PRIMARY KEY,
  kind text NOT NULL,
  at timestamptz NOT NULL,
  reference uuid,
  record json NOT NULL,
  salt bytea NOT NULL,
  commitment text NOT NULL
);
CREATE INDEX audit_record_reference ON audit_record (reference) WHERE reference IS NOT NULL;

CREATE TABLE inbox (
  source text NOT NULL,
  id text NOT NULL,
  state text NOT NULL CHECK (state IN ('waiting', 'applied', 'parked', 'dropped')),
  reason text,
  type text,
  epoch uuid,
  reference uuid,
  sequence int,
  digest bytea NOT NULL,
  body bytea,
  disclosure_commitment text,
  topic text NOT NULL,
  partition int NOT NULL,
  "offset" bigint NOT NULL,
  received_at timestamptz NOT NULL,
  PRIMARY KEY (source, id)
);
CREATE INDEX inbox_unfinished ON inbox (source, reference, sequence) WHERE state IN ('waiting', 'parked');
CREATE INDEX inbox_sequence ON inbox (reference, sequence) WHERE reference IS NOT NULL;

CREATE TABLE inbound_sequence (
  peer text NOT NULL,
  reference uuid NOT NULL,
  epoch uuid NOT NULL,
  up_to int NOT NULL DEFAULT 0,
  unfinished int NOT NULL DEFAULT 0,
  lane_id int NOT NULL,
  PRIMARY KEY (peer, reference)
) WITH (fillfactor = 70);

CREATE TABLE tombstone (
  peer text NOT NULL,
  reference uuid NOT NULL,
  epoch uuid NOT NULL,
  sequence int NOT NULL,
  event_id text NOT NULL,
  disclosure_commitment text,
  at timestamptz NOT NULL,
  PRIMARY KEY (peer, reference, epoch, sequence)
);

-- The migration's bookkeeping follows in the same transaction.
SET LOCAL search_path TO DEFAULT;
`;

export const DELIVERY_STATUS = `
CREATE VIEW messaging.delivery_status AS
SELECT i.case_id, i.case_version, i.recipient, i.recipient_unit, i.reference, i.event_id,
       'pending' AS state, NULL::text AS reason, NULL::text AS convention, NULL::text AS fields_digest,
       NULL::int AS recipient_version, NULL::int AS sequence, NULL::uuid AS audit_record, i.intended_at AS at
  FROM messaging.intent i WHERE i.kind = 'event'
UNION ALL
SELECT d.case_id, d.case_version, d.recipient, d.recipient_unit, d.reference, d.event_id,
       CASE WHEN d.state <> 'frozen' THEN d.state
            WHEN r.epoch = d.epoch AND d.sequence = ANY (r.parked) THEN 'parked'
            WHEN r.epoch = d.epoch AND d.sequence <= r.delivered_up_to THEN 'delivered'
            WHEN d.position <= l.marked_position THEN 'sent'
            ELSE 'frozen' END,
       d.reason, d.convention, d.fields_digest, d.recipient_version, d.sequence, d.audit_record, d.decided_at
  FROM messaging.delivery d
  JOIN messaging.lane l ON l.id = d.lane_id
  LEFT JOIN messaging.case_reference r ON r.peer = d.recipient AND r.reference = d.reference
 WHERE d.kind = 'event';
`;

/** Least privilege: `serve` answers HTTP and writes T1; `ingest` dispatches, relays and consumes. */
const grants = (ingest: string, serve: string): string => `
GRANT USAGE ON SCHEMA messaging TO ${ingest}, ${serve};
GRANT SELECT ON messaging.agency_state, messaging.lane, messaging.delivery, messaging.delivery_status,
  messaging.decided_fields TO ${serve};
GRANT SELECT, INSERT ON messaging.case_reference, messaging.intent, messaging.lane TO ${serve};
GRANT SELECT, INSERT, UPDATE ON messaging.cases TO ${ingest}, ${serve};
GRANT SELECT, INSERT ON messaging.event_document, messaging.audit_record TO ${ingest}, ${serve};
GRANT SELECT, INSERT, UPDATE ON messaging.agency_state, messaging.lane, messaging.case_reference,
  messaging.inbound_sequence, messaging.inbox, messaging.delivery TO ${ingest};
GRANT SELECT, INSERT, DELETE ON messaging.intent, messaging.sealed_body TO ${ingest};
GRANT SELECT, INSERT ON messaging.tombstone, messaging.decided_fields TO ${ingest};
GRANT SELECT ON messaging.delivery_status TO ${ingest};
`;
