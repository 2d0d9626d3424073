import type { MigrationInterface, QueryRunner } from 'typeorm';

/** An intent remembers the trace that it belongs to, so that dispatch continues it, in another process too. */
export class Traces1790000006000 implements MigrationInterface {
  readonly name = 'Traces1790000006000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE messaging.intent ADD COLUMN traceparent text');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE messaging.intent DROP COLUMN traceparent');
  }
}
