import { secureRows, serviceRoles } from '@liaison/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { unwatchTable, watchTable, type WatchedTable } from '../changes/watch-table';
import { CASEWORKERS } from '../schema/1790000022000-casework';

/**
 * What this agency answered those who brought cases to it, and what those answered to whom it brought its own. What was
 * answered, in its words, is the event's document: it is not held twice where it was written. An answer never changes.
 */
export class PartnerAnswer1790000042500 implements MigrationInterface {
  readonly name = 'PartnerAnswer1790000042500';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { ingest, serve } = await serviceRoles(queryRunner);
    await queryRunner.query(`
      CREATE SCHEMA partner;

      CREATE TABLE partner.answer_given (
        id uuid NOT NULL CONSTRAINT answer_given_pkey PRIMARY KEY,
        case_id uuid NOT NULL,
        unit text NOT NULL,
        author text NOT NULL,
        agency text NOT NULL,
        answered_at timestamptz NOT NULL,
        -- Of the case's document that is the answer; the case that it is sent on.
        delivered_case uuid NOT NULL,
        case_version int NOT NULL
      );
      CREATE INDEX answer_given_of_case ON partner.answer_given (case_id, id);

      CREATE TABLE partner.answer_received (
        id uuid NOT NULL CONSTRAINT answer_received_pkey PRIMARY KEY,
        case_id uuid NOT NULL,
        unit text NOT NULL,
        sender text NOT NULL,
        reference uuid NOT NULL,
        event_id uuid NOT NULL,
        received_at timestamptz NOT NULL,
        purpose text NOT NULL,
        convention text NOT NULL,
        content json NOT NULL,
        withheld json NOT NULL,
        state text NOT NULL CONSTRAINT answer_received_state CHECK (state IN ('new', 'noted', 'voided')),
        version int NOT NULL,
        noted_at timestamptz,
        noted_by text,
        keep_until timestamptz,
        restricted_since timestamptz,
        purged_at timestamptz,
        purge_reason text,
        CONSTRAINT answer_received_event UNIQUE (sender, event_id),
        CONSTRAINT answer_received_noted CHECK (num_nulls(noted_at, noted_by) IN (0, 2)),
        CONSTRAINT answer_received_purged
          CHECK (num_nulls(purged_at, purge_reason) IN (0, 2) AND (purged_at IS NULL OR state = 'voided'))
      );
      CREATE INDEX answer_received_of_unit ON partner.answer_received (unit, received_at, id);
      CREATE INDEX answer_received_of_case ON partner.answer_received (case_id);
      CREATE INDEX answer_received_keep_until ON partner.answer_received (keep_until) WHERE state <> 'voided'`);
    await queryRunner.query(`
      GRANT USAGE ON SCHEMA partner TO ${ingest}, ${serve};
      GRANT SELECT, INSERT ON partner.answer_given TO ${serve};
      GRANT SELECT, UPDATE (state, version, noted_at, noted_by) ON partner.answer_received TO ${serve};
      GRANT SELECT, INSERT, UPDATE (state, version, content, withheld, restricted_since, purged_at, purge_reason)
        ON partner.answer_received TO ${ingest}`);
    for (const table of TABLES) await secureRows(queryRunner, table, { roles: CASEWORKERS });
    for (const watched of WATCHED) await watchTable(queryRunner, watched);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const watched of WATCHED) await unwatchTable(queryRunner, watched);
    await queryRunner.query('DROP SCHEMA partner CASCADE');
  }
}

const TABLES = ['partner.answer_given', 'partner.answer_received'];

const WATCHED: readonly WatchedTable[] = [
  {
    table: 'partner.answer_given',
    on: 'INSERT',
    select: `SELECT 'given-answer', a.id, 'given', 1, a.case_id, a.unit FROM new_rows a`,
  },
  {
    table: 'partner.answer_received',
    on: 'INSERT',
    select: `SELECT 'partner-answer', a.id, 'received', a.version, a.case_id, a.unit FROM new_rows a`,
  },
  {
    table: 'partner.answer_received',
    on: 'UPDATE',
    select: `SELECT 'partner-answer', a.id, CASE WHEN o.state <> a.state THEN a.state ELSE 'restricted' END, a.version,
                    a.case_id, a.unit
               FROM new_rows a JOIN old_rows o ON o.id = a.id`,
  },
];
