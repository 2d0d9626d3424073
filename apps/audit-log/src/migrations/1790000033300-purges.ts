import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Revocations are looked up by their id, and so is what came of them. */
export class Purges1790000033300 implements MigrationInterface {
  readonly name = 'Purges1790000033300';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `CREATE INDEX record_of_revocation ON audit_log.record (event_id)
        WHERE kind IN ('revocation', 'purge', 'restriction')`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX audit_log.record_of_revocation');
  }
}
