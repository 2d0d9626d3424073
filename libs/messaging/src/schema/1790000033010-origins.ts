import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Where what stands in an event came from, where it is not all its author's own: the third-party rule is asked at dispatch. */
export class Origins1790000033010 implements MigrationInterface {
  readonly name = 'Origins1790000033010';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE messaging.event_document ADD COLUMN origins jsonb');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE messaging.event_document DROP COLUMN origins');
  }
}
