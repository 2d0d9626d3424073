import { serviceRoles } from '@liaison/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Extracts for AGDREF: their text is written once and never changes; what became of them does. */
export class AgdrefExtract1790000010300 implements MigrationInterface {
  readonly name = 'AgdrefExtract1790000010300';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { serve } = await serviceRoles(queryRunner);
    await queryRunner.query(`
      CREATE TABLE prefecture.agdref_extract (
        id uuid NOT NULL CONSTRAINT agdref_extract_pkey PRIMARY KEY,
        unit text NOT NULL,
        subject text NOT NULL,
        subject_id uuid NOT NULL,
        subject_version int NOT NULL,
        json text NOT NULL,
        csv text NOT NULL,
        digest text NOT NULL,
        prepared_by text NOT NULL,
        prepared_at timestamptz NOT NULL,
        state text NOT NULL,
        version int NOT NULL,
        settled_at timestamptz,
        reason text,
        CONSTRAINT agdref_extract_subject UNIQUE (subject, subject_id, subject_version)
      );
      CREATE INDEX agdref_extract_of_unit ON prefecture.agdref_extract (unit, id)`);
    await queryRunner.query(`
      GRANT SELECT, INSERT, UPDATE (state, version, settled_at, reason) ON prefecture.agdref_extract TO ${serve}`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE prefecture.agdref_extract');
  }
}
