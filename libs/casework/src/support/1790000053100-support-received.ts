import { secureRows, serviceRoles } from '@liaison/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { unwatchTable, watchTable, type WatchedTable } from '../changes/watch-table';
import { CASEWORKERS } from '../schema/1790000022000-casework';

/** Whom associations reported as supported, and to which case of this agency somebody said that it belongs. */
export class SupportReceived1790000053100 implements MigrationInterface {
  readonly name = 'SupportReceived1790000053100';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { ingest, serve } = await serviceRoles(queryRunner);
    await queryRunner.query(`
      CREATE SCHEMA support;

      CREATE TABLE support.received (
        id uuid NOT NULL CONSTRAINT support_received_pkey PRIMARY KEY,
        -- Of the delivery: later reports about the same person have it too.
        case_id uuid NOT NULL,
        unit text NOT NULL,
        sender text NOT NULL,
        reference uuid NOT NULL,
        event_id uuid NOT NULL,
        received_at timestamptz NOT NULL,
        purpose text NOT NULL,
        convention text NOT NULL,
        departement text NOT NULL,
        content json NOT NULL,
        withheld json NOT NULL,
        note_by timestamptz,
        state text NOT NULL CONSTRAINT support_received_state CHECK (state IN ('new', 'noted', 'superseded', 'voided')),
        version int NOT NULL,
        noted_at timestamptz,
        noted_by text,
        linked_case uuid,
        linked_at timestamptz,
        linked_by text,
        keep_until timestamptz,
        restricted_since timestamptz,
        revoked_fields jsonb NOT NULL DEFAULT '[]',
        purged_at timestamptz,
        purge_reason text,
        CONSTRAINT support_received_event UNIQUE (sender, event_id),
        CONSTRAINT support_received_noted CHECK (num_nulls(noted_at, noted_by) IN (0, 2)),
        CONSTRAINT support_received_linked CHECK (num_nulls(linked_case, linked_at, linked_by) IN (0, 3)),
        CONSTRAINT support_received_purged
          CHECK (num_nulls(purged_at, purge_reason) IN (0, 2) AND (purged_at IS NULL OR state = 'voided'))
      );
      CREATE INDEX support_received_of_unit ON support.received (unit, received_at, id);
      CREATE INDEX support_received_of_delivery ON support.received (case_id);
      CREATE INDEX support_received_of_case ON support.received (linked_case);
      CREATE INDEX support_received_keep_until ON support.received (keep_until) WHERE state <> 'voided'`);
    await queryRunner.query(`
      GRANT USAGE ON SCHEMA support TO ${ingest}, ${serve};
      GRANT SELECT, UPDATE (state, version, noted_at, noted_by, linked_case, linked_at, linked_by)
        ON support.received TO ${serve};
      GRANT SELECT, INSERT, UPDATE (state, version, content, withheld, restricted_since, revoked_fields, purged_at, purge_reason)
        ON support.received TO ${ingest}`);
    await secureRows(queryRunner, 'support.received', { roles: CASEWORKERS });
    for (const watched of WATCHED) await watchTable(queryRunner, watched);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const watched of WATCHED) await unwatchTable(queryRunner, watched);
    await queryRunner.query('DROP SCHEMA support CASCADE');
  }
}

const WATCHED: readonly WatchedTable[] = [
  {
    table: 'support.received',
    on: 'INSERT',
    select: `SELECT 'received-support-report', s.id, 'received', s.version, s.linked_case, s.unit FROM new_rows s`,
  },
  {
    table: 'support.received',
    on: 'UPDATE',
    select: `SELECT 'received-support-report', s.id,
                    CASE WHEN s.linked_case IS DISTINCT FROM o.linked_case
                         THEN CASE WHEN s.linked_case IS NULL THEN 'unlinked' ELSE 'linked' END
                         WHEN o.state <> s.state THEN s.state ELSE 'restricted' END,
                    s.version, coalesce(s.linked_case, o.linked_case), s.unit
               FROM new_rows s JOIN old_rows o ON o.id = s.id`,
  },
];
