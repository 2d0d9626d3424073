import type { MigrationInterface, QueryRunner } from 'typeorm';
import { serviceRoles } from '../database/service-roles';

/** Put it into the migrations of every service that takes commands. */
export class IdempotencyKey1763800000000 implements MigrationInterface {
  readonly name = 'IdempotencyKey1763800000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { serve } = await serviceRoles(queryRunner);
    await queryRunner.query(`
      CREATE TABLE idempotency_key (
        scope text NOT NULL,
        key text NOT NULL,
        request_digest text NOT NULL,
        status smallint,
        body json,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (scope, key)
      )`);
    await queryRunner.query(`CREATE INDEX idempotency_key_created_at ON idempotency_key (created_at)`);
    await queryRunner.query(
      `GRANT SELECT, INSERT, UPDATE (status, body), DELETE ON idempotency_key TO ${serve}`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE idempotency_key`);
  }
}
