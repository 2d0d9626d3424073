import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Emergency places of Paris are asked for under a convention of their own (measure 8), for another purpose. */
export class ProposalPurpose1790000057100 implements MigrationInterface {
  readonly name = 'ProposalPurpose1790000057100';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE orientation.proposal ADD COLUMN purpose text NOT NULL DEFAULT 'orientation-of-adults';
      ALTER TABLE orientation.proposal ALTER COLUMN purpose DROP DEFAULT`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE orientation.proposal DROP COLUMN purpose');
  }
}
