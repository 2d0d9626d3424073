import { serviceRoles } from '@liaison/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { READERS } from '../roles';

/**
 * Whether somebody has taken note of a breach in time, and that it was reported by mistake. One of which nobody has is
 * for the agency's contact point too, who sees the breach and nothing of the notice.
 */
export class BreachNoted1790000021002 implements MigrationInterface {
  readonly name = 'BreachNoted1790000021002';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { ingest, serve } = await serviceRoles(queryRunner);
    await queryRunner.query(`
      ALTER TABLE police.breach
        ADD COLUMN unit text,
        ADD COLUMN acknowledge_by timestamptz,
        ADD COLUMN contact_point text,
        ADD COLUMN acknowledged_at timestamptz,
        ADD COLUMN acknowledged_by text,
        ADD COLUMN voided_at timestamptz,
        ADD COLUMN void_reason text;
      UPDATE police.breach b SET unit = n.unit FROM police.notice n WHERE n.id = b.notice_id;
      ALTER TABLE police.breach ALTER COLUMN unit SET NOT NULL;
      CREATE INDEX breach_of_unit ON police.breach (unit, received_at);
      CREATE INDEX breach_unnoted ON police.breach (acknowledge_by)
        WHERE acknowledged_at IS NULL AND remedied_on IS NULL AND voided_at IS NULL;
      GRANT UPDATE (voided_at, void_reason) ON police.breach TO ${ingest};
      GRANT UPDATE (acknowledged_at, acknowledged_by) ON police.breach TO ${serve};
      GRANT SELECT (unit) ON police.notice TO ${ingest};
      CREATE POLICY contact_point ON police.breach TO ${serve} USING (
        contact_point = current_setting('liaison.unit', true)
        AND string_to_array(current_setting('liaison.roles', true), ',') && '{${READERS.join(',')}}')`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP POLICY contact_point ON police.breach;
      ALTER TABLE police.breach DROP COLUMN unit, DROP COLUMN acknowledge_by, DROP COLUMN contact_point,
        DROP COLUMN acknowledged_at, DROP COLUMN acknowledged_by, DROP COLUMN voided_at, DROP COLUMN void_reason`);
  }
}
