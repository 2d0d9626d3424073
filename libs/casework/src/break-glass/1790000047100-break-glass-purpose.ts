import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * For what a case that was opened is kept, and of which document: a line of the desk about it is for whoever may know of that. What
 * was stored before says neither, and is shown as it was.
 */
export class BreakGlassPurpose1790000047100 implements MigrationInterface {
  readonly name = 'BreakGlassPurpose1790000047100';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE desk.break_glass ADD COLUMN type text, ADD COLUMN purpose text, ADD COLUMN convention text,
        ADD COLUMN departement text;
      ALTER TABLE desk.break_glass_told ADD COLUMN purpose text`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE desk.break_glass DROP COLUMN type, DROP COLUMN purpose, DROP COLUMN convention, DROP COLUMN departement;
      ALTER TABLE desk.break_glass_told DROP COLUMN purpose`);
  }
}
