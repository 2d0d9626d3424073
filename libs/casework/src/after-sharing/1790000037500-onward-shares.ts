import { secureRows, serviceRoles } from '@liaison/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { unwatchTable, watchTable, type WatchedTable } from '../changes/watch-table';
import { CASEWORKERS } from '../schema/1790000022000-casework';

/**
 * What this agency passed on of what others had shared, a row for each origin; and what others passed on of what this agency
 * had shared. Names of kinds of fields only.
 */
export class OnwardShares1790000037500 implements MigrationInterface {
  readonly name = 'OnwardShares1790000037500';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { ingest, serve } = await serviceRoles(queryRunner);
    await queryRunner.query(`
      CREATE TABLE casework.onward_share (
        -- Id of the event that passed it on.
        share text NOT NULL,
        -- Where it had come from, by which of that agency's events.
        agency text NOT NULL,
        event_id text NOT NULL,
        -- By which case it had come.
        case_id uuid,
        unit text NOT NULL,
        recipient text NOT NULL,
        type text NOT NULL,
        convention text NOT NULL,
        categories text[] NOT NULL,
        shared_at timestamptz NOT NULL,
        -- Null: nobody had to be told.
        told_at timestamptz,
        CONSTRAINT onward_share_pkey PRIMARY KEY (share, agency, event_id)
      );
      CREATE INDEX onward_share_of_case ON casework.onward_share (case_id);
      -- What holds something of others: few of many.
      CREATE INDEX event_document_origins ON messaging.event_document (case_id, version) WHERE origins IS NOT NULL;

      CREATE TABLE desk.onward_share_told (
        sender text NOT NULL,
        share uuid NOT NULL,
        event_id uuid NOT NULL,
        unit text NOT NULL,
        case_id uuid NOT NULL,
        recipient text,
        type text,
        convention text,
        categories json NOT NULL,
        shared_at timestamptz,
        received_at timestamptz NOT NULL,
        CONSTRAINT onward_share_told_pkey PRIMARY KEY (sender, share, event_id)
      );
      CREATE INDEX onward_share_told_of_case ON desk.onward_share_told (case_id)`);
    await queryRunner.query(`
      GRANT SELECT, INSERT ON casework.onward_share TO ${ingest};
      GRANT SELECT ON casework.onward_share TO ${serve};
      GRANT SELECT, INSERT ON desk.onward_share_told TO ${ingest};
      GRANT SELECT ON desk.onward_share_told TO ${serve}`);
    for (const table of ['casework.onward_share', 'desk.onward_share_told']) {
      await secureRows(queryRunner, table, { roles: CASEWORKERS });
    }
    await watchTable(queryRunner, TOLD);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await unwatchTable(queryRunner, TOLD);
    await queryRunner.query(`
      DROP INDEX messaging.event_document_origins;
      DROP TABLE casework.onward_share, desk.onward_share_told`);
  }
}

const TOLD: WatchedTable = {
  table: 'desk.onward_share_told',
  on: 'INSERT',
  select: `SELECT 'onward-share', t.share, 'told', NULL::int, t.case_id, t.unit FROM new_rows t`,
};
