import { serviceRoles } from '@liaison/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** An order may not be one that can be executed, and a judge may lift it. */
export class OrderAnswered1790000058100 implements MigrationInterface {
  readonly name = 'OrderAnswered1790000058100';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { ingest, serve } = await serviceRoles(queryRunner);
    await queryRunner.query(`
      ALTER TABLE placement.judge_order
        DROP CONSTRAINT judge_order_state,
        ADD CONSTRAINT judge_order_state CHECK (state IN ('received', 'obeyed', 'not-executed', 'lifted', 'taken-back')),
        ADD COLUMN obstacle text,
        ADD COLUMN answered_at timestamptz,
        ADD COLUMN lifted_on date,
        ADD COLUMN lifted_at timestamptz;
      GRANT UPDATE (obstacle, answered_at) ON placement.judge_order TO ${serve};
      GRANT UPDATE (lifted_on, lifted_at) ON placement.judge_order TO ${ingest}`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      UPDATE placement.judge_order SET state = 'received' WHERE state = 'not-executed';
      UPDATE placement.judge_order SET state = 'taken-back' WHERE state = 'lifted';
      ALTER TABLE placement.judge_order
        DROP COLUMN obstacle, DROP COLUMN answered_at, DROP COLUMN lifted_on, DROP COLUMN lifted_at,
        DROP CONSTRAINT judge_order_state,
        ADD CONSTRAINT judge_order_state CHECK (state IN ('received', 'obeyed', 'taken-back'))`);
  }
}
