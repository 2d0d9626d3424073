import { serviceRoles } from '@liaison/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A breach that was entered by mistake stays in the register, with why it counts no more. */
export class BreachVoided1790000021003 implements MigrationInterface {
  readonly name = 'BreachVoided1790000021003';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { serve } = await serviceRoles(queryRunner);
    await queryRunner.query(`
      ALTER TABLE prefecture.reflection_breach
        ADD COLUMN voided_at timestamptz,
        ADD COLUMN void_reason text,
        ADD CONSTRAINT reflection_breach_voided CHECK (num_nulls(voided_at, void_reason) IN (0, 2));
      GRANT UPDATE (voided_at, void_reason) ON prefecture.reflection_breach TO ${serve}`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      'ALTER TABLE prefecture.reflection_breach DROP COLUMN voided_at, DROP COLUMN void_reason',
    );
  }
}
