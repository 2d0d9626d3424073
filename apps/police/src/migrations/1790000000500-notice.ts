import { serviceRoles } from '@liaison/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Notices as their author works on them: the draft until it is issued, and from then on the place of the immutable
 * document in `messaging.event_document`; its content is never held twice. `serve` writes them, nobody deletes them.
 * Acknowledgements are what recipients said: `ingest` adds, nobody changes.
 */
export class Notice1790000000500 implements MigrationInterface {
  readonly name = 'Notice1790000000500';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { ingest, serve } = await serviceRoles(queryRunner);
    await queryRunner.query(`
      CREATE SCHEMA police;
      CREATE TABLE police.notice (
        id uuid NOT NULL CONSTRAINT notice_pkey PRIMARY KEY,
        unit text NOT NULL,
        author text NOT NULL,
        state text NOT NULL,
        version int NOT NULL,
        draft json,
        case_id uuid,
        case_version int,
        created_at timestamptz NOT NULL,
        issued_at timestamptz,
        CONSTRAINT notice_state CHECK (
          state = 'draft' AND draft IS NOT NULL AND num_nonnulls(case_id, case_version, issued_at) = 0
          OR state = 'issued' AND draft IS NULL AND num_nulls(case_id, case_version, issued_at) = 0)
      );
      CREATE INDEX notice_of_unit ON police.notice (unit, id);
      CREATE UNIQUE INDEX notice_case ON police.notice (case_id);

      CREATE TABLE police.notice_acknowledgement (
        agency text NOT NULL,
        event_id uuid NOT NULL,
        sequence int NOT NULL,
        convention text NOT NULL,
        notice_id uuid NOT NULL,
        role text,
        unit text,
        acknowledged_at timestamptz,
        recipient_version int,
        received_at timestamptz NOT NULL,
        CONSTRAINT notice_acknowledgement_pkey PRIMARY KEY (agency, event_id)
      );
      CREATE INDEX notice_acknowledgement_notice ON police.notice_acknowledgement (notice_id)`);
    await queryRunner.query(`
      GRANT USAGE ON SCHEMA police TO ${ingest}, ${serve};
      GRANT SELECT, INSERT, UPDATE (state, version, draft, case_id, case_version, issued_at)
        ON police.notice TO ${serve};
      GRANT SELECT ON police.notice_acknowledgement TO ${serve};
      GRANT SELECT (id, state, version, case_id, case_version) ON police.notice TO ${ingest};
      GRANT SELECT, INSERT ON police.notice_acknowledgement TO ${ingest}`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP SCHEMA police CASCADE');
  }
}
