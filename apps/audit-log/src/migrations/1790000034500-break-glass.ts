import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Openings in an emergency are looked up by their id, and so are their reviews. */
export class BreakGlassRecords1790000034500 implements MigrationInterface {
  readonly name = 'BreakGlassRecords1790000034500';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `CREATE INDEX record_of_break_glass ON audit_log.record (event_id)
        WHERE kind IN ('break-glass-opened', 'break-glass-reviewed')`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX audit_log.record_of_break_glass');
  }
}
