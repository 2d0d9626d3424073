import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a frozen event stands in for: it can be queued again. An array literal: it is written by the batch, and seldom. */
export class ReplacedDeliveries1790000005200 implements MigrationInterface {
  readonly name = 'ReplacedDeliveries1790000005200';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE messaging.delivery ADD COLUMN replaces text');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE messaging.delivery DROP COLUMN replaces');
  }
}
