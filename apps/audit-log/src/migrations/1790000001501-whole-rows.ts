import { keepRowsWhole } from '@liaison/messaging';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** As the tables of delivery: see there. */
export class AuditLogRows1790000001501 implements MigrationInterface {
  readonly name = 'AuditLogRows1790000001501';

  async up(queryRunner: QueryRunner): Promise<void> {
    await keepRowsWhole(queryRunner, 'audit_log.record');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE audit_log.record RESET (toast_tuple_target)');
  }
}
