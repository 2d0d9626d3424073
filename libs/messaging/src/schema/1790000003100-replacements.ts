import type { MigrationInterface, QueryRunner } from 'typeorm';

/** One event may stand in for several: a replacement can be parked too. */
export class Replacements1790000003100 implements MigrationInterface {
  readonly name = 'Replacements1790000003100';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE messaging.intent ALTER COLUMN replaces TYPE text[]
        USING CASE WHEN replaces IS NOT NULL THEN ARRAY[replaces] END`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE messaging.intent ALTER COLUMN replaces TYPE text USING replaces[1]');
  }
}
