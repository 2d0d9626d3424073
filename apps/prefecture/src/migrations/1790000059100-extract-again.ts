import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * One extract a version, among those that still have a text: where a purge has emptied one, what is left of the notice gives
 * another. The emptied one stays, for its digest says what was handed over.
 */
export class ExtractAgain1790000059100 implements MigrationInterface {
  readonly name = 'ExtractAgain1790000059100';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE prefecture.agdref_extract DROP CONSTRAINT agdref_extract_subject;
      CREATE UNIQUE INDEX agdref_extract_subject
        ON prefecture.agdref_extract (subject, subject_id, subject_version, standing) WHERE json <> ''`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP INDEX prefecture.agdref_extract_subject;
      ALTER TABLE prefecture.agdref_extract
        ADD CONSTRAINT agdref_extract_subject UNIQUE (subject, subject_id, subject_version, standing)`);
  }
}
