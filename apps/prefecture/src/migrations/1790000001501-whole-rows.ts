import { keepRowsWhole } from '@liaison/messaging';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** As the tables of delivery: see there. */
export class PrefectureRows1790000001501 implements MigrationInterface {
  readonly name = 'PrefectureRows1790000001501';

  async up(queryRunner: QueryRunner): Promise<void> {
    await keepRowsWhole(queryRunner, 'prefecture.received_notice');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE prefecture.received_notice RESET (toast_tuple_target)');
  }
}
