import { serviceRoles } from '@liaison/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What becomes of a notice after it was issued. `notice_change` says when, by whom, for which reason and towards whom:
 * added by `serve`, changed and deleted by nobody.
 */
export class NoticeLifecycle1790000006000 implements MigrationInterface {
  readonly name = 'NoticeLifecycle1790000006000';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { ingest, serve } = await serviceRoles(queryRunner);
    await queryRunner.query(`
      ALTER TABLE police.notice
        ADD COLUMN earlier text[] NOT NULL DEFAULT '{}',
        DROP CONSTRAINT notice_state,
        ADD CONSTRAINT notice_state CHECK (${STATES});
      CREATE TABLE police.notice_change (
        notice_id uuid NOT NULL,
        version int NOT NULL,
        kind text NOT NULL,
        reason text,
        told text[] NOT NULL,
        unit text NOT NULL,
        author text NOT NULL,
        at timestamptz NOT NULL,
        CONSTRAINT notice_change_pkey PRIMARY KEY (notice_id, version)
      )`);
    await queryRunner.query(`
      GRANT UPDATE (earlier) ON police.notice TO ${serve};
      GRANT SELECT (earlier) ON police.notice TO ${ingest};
      GRANT SELECT, INSERT ON police.notice_change TO ${serve}`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP TABLE police.notice_change;
      ALTER TABLE police.notice DROP COLUMN earlier, DROP CONSTRAINT notice_state,
        ADD CONSTRAINT notice_state CHECK (
          state = 'draft' AND draft IS NOT NULL AND num_nonnulls(case_id, case_version, issued_at) = 0
          OR state = 'issued' AND draft IS NULL AND num_nulls(case_id, case_version, issued_at) = 0)`);
  }
}

const STATES = `
state = 'draft' AND draft IS NOT NULL AND num_nonnulls(case_id, case_version, issued_at) = 0
OR state = 'discarded' AND num_nonnulls(draft, case_id, case_version, issued_at) = 0
OR state IN ('issued', 'withdrawn', 'recalled') AND draft IS NULL
   AND num_nulls(case_id, case_version, issued_at) = 0`;
