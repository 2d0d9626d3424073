import { secureRows, serviceRoles } from '@liaison/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { watchTable } from '../changes/watch-table';

const CASEWORKERS = ['caseworker', 'desk', 'officer', 'supervisor'] as const;

/**
 * Documents of cases, an agency's own and those that it received, in parts as they travel. In the database, so that a
 * document, its event and its audit record are one transaction, and one backup has all of them. `serve` adds this
 * agency's own, `ingest` what comes and takes away what is taken back; nothing is rewritten.
 */
export class Attachments1790000023030 implements MigrationInterface {
  readonly name = 'Attachments1790000023030';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { ingest, serve } = await serviceRoles(queryRunner);
    await queryRunner.query(`
      CREATE TABLE casework.attachment (
        id uuid NOT NULL CONSTRAINT attachment_pkey PRIMARY KEY,
        case_id uuid NOT NULL,
        unit text NOT NULL,
        state text NOT NULL
          CONSTRAINT attachment_state CHECK (state IN ('complete', 'receiving', 'withheld', 'voided')),
        kind text,
        name text,
        media_type text,
        size int,
        sha256 text,
        parts int NOT NULL,
        added_at timestamptz NOT NULL,
        added_by text,
        sender text,
        sender_id uuid,
        reference uuid,
        convention text,
        purpose text NOT NULL,
        CONSTRAINT attachment_of_sender UNIQUE (sender, sender_id)
      );
      CREATE INDEX attachment_of_case ON casework.attachment (case_id, id);
      CREATE TABLE casework.attachment_part (
        attachment_id uuid NOT NULL,
        part int NOT NULL,
        bytes bytea NOT NULL,
        event_id uuid,
        CONSTRAINT attachment_part_pkey PRIMARY KEY (attachment_id, part),
        CONSTRAINT attachment_part_of FOREIGN KEY (attachment_id) REFERENCES casework.attachment (id)
      );
      CREATE INDEX attachment_part_event ON casework.attachment_part (event_id) WHERE event_id IS NOT NULL;
      ALTER TABLE casework.attachment_part ALTER COLUMN bytes SET STORAGE EXTERNAL`);
    await queryRunner.query(`
      GRANT SELECT, INSERT ON casework.attachment, casework.attachment_part TO ${serve};
      GRANT SELECT, INSERT, UPDATE (state, kind, name, media_type, size, sha256) ON casework.attachment TO ${ingest};
      GRANT SELECT, INSERT, DELETE ON casework.attachment_part TO ${ingest}`);
    await secureRows(queryRunner, 'casework.attachment', { roles: CASEWORKERS });
    await secureRows(queryRunner, 'casework.attachment_part', {
      where: 'EXISTS (SELECT FROM casework.attachment a WHERE a.id = attachment_id)',
      roles: CASEWORKERS,
    });
    await watchTable(queryRunner, {
      table: 'casework.attachment',
      on: 'INSERT',
      select: `SELECT 'attachment', a.id, CASE WHEN a.sender IS NULL THEN 'added' ELSE a.state END, NULL::int, a.case_id,
                      a.unit FROM new_rows a`,
    });
    await watchTable(queryRunner, {
      table: 'casework.attachment',
      on: 'UPDATE',
      select: `SELECT 'attachment', a.id, a.state, NULL::int, a.case_id, a.unit
                 FROM new_rows a JOIN old_rows o ON o.id = a.id WHERE a.state <> o.state`,
    });
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP TABLE casework.attachment_part, casework.attachment;
      DROP FUNCTION casework.attachment_insert_change, casework.attachment_update_change`);
  }
}
