import { serviceRoles } from '@liaison/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Why an act rests on a notice that no longer stands, in the words of whoever decided it. An extract is of a notice as it
 * stands: one that was withdrawn since has another text.
 */
export class Reliance1790000021004 implements MigrationInterface {
  readonly name = 'Reliance1790000021004';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { serve } = await serviceRoles(queryRunner);
    await queryRunner.query(`
      ALTER TABLE prefecture.reflection_period ADD COLUMN despite json;
      ALTER TABLE prefecture.residence_permit ADD COLUMN despite json;
      ALTER TABLE prefecture.agdref_extract
        ADD COLUMN despite json,
        ADD COLUMN standing text NOT NULL DEFAULT 'current',
        DROP CONSTRAINT agdref_extract_subject,
        ADD CONSTRAINT agdref_extract_subject UNIQUE (subject, subject_id, subject_version, standing);
      GRANT UPDATE (despite) ON prefecture.agdref_extract TO ${serve}`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE prefecture.reflection_period DROP COLUMN despite;
      ALTER TABLE prefecture.residence_permit DROP COLUMN despite;
      ALTER TABLE prefecture.agdref_extract DROP CONSTRAINT agdref_extract_subject, DROP COLUMN despite,
        DROP COLUMN standing,
        ADD CONSTRAINT agdref_extract_subject UNIQUE (subject, subject_id, subject_version)`);
  }
}
