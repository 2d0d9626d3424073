import type { MigrationInterface, QueryRunner } from 'typeorm';
import { READ_STATUS } from './1790000005400-read-and-due';

/**
 * What a loss or a restore must not undo:
 * - A message of audit records remembers the number of its first one, so that, its bytes gone, its records can come again
 *   under their own numbers. Absent on what was frozen before: there it is what its predecessors add up to.
 * - A delivery remembers what it was when its epoch ended. The counters beside which that stood begin anew.
 */
export class AfterALoss1790000025000 implements MigrationInterface {
  readonly name = 'AfterALoss1790000025000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE messaging.intent ADD COLUMN first_record int;
      ALTER TABLE messaging.delivery ADD COLUMN first_record int,
        ADD COLUMN ended_as text CHECK (ended_as IN ('read', 'discarded', 'replaced'))`);
    await queryRunner.query(ENDED_STATUS);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(READ_STATUS);
    await queryRunner.query(`
      ALTER TABLE messaging.delivery DROP COLUMN first_record, DROP COLUMN ended_as;
      ALTER TABLE messaging.intent DROP COLUMN first_record`);
  }
}

export const ENDED_STATUS = READ_STATUS.replace(
  `WHEN d.epoch < r.epoch THEN 'delivered'`,
  `WHEN d.epoch < r.epoch THEN coalesce(d.ended_as, 'delivered')`,
);
