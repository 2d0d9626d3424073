import { keepRowsWhole } from '@liaison/messaging';
import { secureRows, serviceRoles } from '@liaison/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addRevokedFields } from '../after-sharing/revoked-fields';
import { unwatchTable, watchTable, type WatchedTable } from '../changes/watch-table';
import { CASEWORKERS } from '../schema/1790000022000-casework';

/**
 * Notices that came: a row an event, never overwritten by a later version. `ingest` adds, says that one no longer stands, and may empty
 * it, never rewrite it; `serve` reads and marks as acknowledged.
 */
export class ReceivedNotice1790000048000 implements MigrationInterface {
  readonly name = 'ReceivedNotice1790000048000';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { ingest, serve } = await serviceRoles(queryRunner);
    await queryRunner.query(`
      CREATE SCHEMA notice;
      CREATE TABLE notice.received_notice (
        id uuid NOT NULL CONSTRAINT received_notice_pkey PRIMARY KEY,
        case_id uuid NOT NULL,
        sender text NOT NULL,
        reference uuid NOT NULL,
        event_id uuid NOT NULL,
        recipient_version int NOT NULL,
        unit text NOT NULL,
        received_at timestamptz NOT NULL,
        purpose text NOT NULL,
        convention text NOT NULL,
        departement text,
        content json NOT NULL,
        withheld json NOT NULL,
        provenance json NOT NULL,
        acknowledge_by timestamptz,
        state text NOT NULL CONSTRAINT received_notice_state CHECK (state IN ('new', 'acknowledged', 'voided')),
        version int NOT NULL,
        acknowledged_at timestamptz,
        acknowledgement_version int,
        type text NOT NULL DEFAULT 'liaison.notice.issued.v1',
        standing text NOT NULL DEFAULT 'current' CONSTRAINT received_notice_standing
          CHECK (standing IN ('current', 'superseded', 'withdrawn', 'recalled')),
        standing_reason text,
        standing_since timestamptz,
        keep_until timestamptz,
        restricted_since timestamptz,
        purged_at timestamptz,
        purge_reason text,
        CONSTRAINT received_notice_event UNIQUE (sender, event_id),
        CONSTRAINT received_notice_purged
          CHECK (num_nulls(purged_at, purge_reason) IN (0, 2) AND (purged_at IS NULL OR state = 'voided'))
      );
      CREATE INDEX received_notice_inbox ON notice.received_notice (unit, received_at, id);
      CREATE INDEX received_notice_case ON notice.received_notice (case_id, recipient_version);
      CREATE INDEX received_notice_keep_until ON notice.received_notice (keep_until) WHERE state <> 'voided'`);
    await queryRunner.query(`
      GRANT USAGE ON SCHEMA notice TO ${ingest}, ${serve};
      GRANT SELECT, INSERT,
        UPDATE (state, version, content, withheld, provenance, standing, standing_reason, standing_since, restricted_since,
                purged_at, purge_reason)
        ON notice.received_notice TO ${ingest};
      GRANT SELECT, UPDATE (state, version, acknowledged_at, acknowledgement_version) ON notice.received_notice TO ${serve}`);
    await queryRunner.query(addRevokedFields('notice.received_notice', ingest));
    await queryRunner.query(ONLY_EMPTIED);
    await keepRowsWhole(queryRunner, 'notice.received_notice');
    await secureRows(queryRunner, 'notice.received_notice', { roles: CASEWORKERS });
    for (const watched of WATCHED) await watchTable(queryRunner, watched);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const watched of WATCHED) await unwatchTable(queryRunner, watched);
    await queryRunner.query('DROP SCHEMA notice CASCADE');
  }
}

/** Emptied, or less by values of which it is noted that they were revoked. */
const ONLY_EMPTIED = `
CREATE FUNCTION notice.only_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.state = 'voided' AND NEW.content::text = '{}' THEN RETURN NEW; END IF;
  IF jsonb_array_length(NEW.revoked_fields) > jsonb_array_length(OLD.revoked_fields)
     AND OLD.content::jsonb @> NEW.content::jsonb
     AND NEW.withheld::jsonb @> OLD.withheld::jsonb
     AND NEW.provenance::text = OLD.provenance::text THEN RETURN NEW; END IF;
  RAISE EXCEPTION 'what was received is not rewritten' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER only_emptied BEFORE UPDATE OF content, withheld, provenance ON notice.received_notice
  FOR EACH ROW EXECUTE FUNCTION notice.only_emptied()`;

/** What of it is told in the change feed: everything that its readers can find again. */
const WATCHED: readonly WatchedTable[] = [
  {
    table: 'notice.received_notice',
    on: 'INSERT',
    select: `SELECT 'notice', n.id, 'received', n.version, n.case_id, n.unit FROM new_rows n`,
  },
  {
    table: 'notice.received_notice',
    on: 'UPDATE',
    select: `SELECT 'notice', n.id,
                    CASE WHEN n.state <> o.state THEN n.state WHEN n.standing <> o.standing THEN n.standing
                         ELSE 'changed' END, n.version, n.case_id, n.unit
               FROM new_rows n JOIN old_rows o ON o.id = n.id`,
  },
];
