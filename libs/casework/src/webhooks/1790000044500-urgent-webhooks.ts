import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A webhook may be told of what is urgent only; a mail address is told of nothing else. */
export class UrgentWebhooks1790000044500 implements MigrationInterface {
  readonly name = 'UrgentWebhooks1790000044500';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE casework.webhook ADD COLUMN urgent boolean NOT NULL DEFAULT false');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE casework.webhook DROP COLUMN urgent');
  }
}
