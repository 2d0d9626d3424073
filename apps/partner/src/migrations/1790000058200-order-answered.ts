import { unwatchTable, watchTable, type WatchedTable } from '@liaison/casework';
import { serviceRoles } from '@liaison/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What followed from an order, and that it was lifted. */
export class OrderAnswered1790000058200 implements MigrationInterface {
  readonly name = 'OrderAnswered1790000058200';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { ingest, serve } = await serviceRoles(queryRunner);
    await queryRunner.query(`
      ALTER TABLE placement_order.made
        ADD COLUMN state text NOT NULL DEFAULT 'sent'
          CONSTRAINT made_order_state CHECK (state IN ('sent', 'obeyed', 'not-executed', 'lifted')),
        ADD COLUMN version int NOT NULL DEFAULT 1,
        ADD COLUMN contradicts text[] NOT NULL DEFAULT '{}',
        ADD COLUMN obstacle text,
        ADD COLUMN answered_at timestamptz,
        ADD COLUMN lifted_by text,
        ADD COLUMN lifted_on date,
        ADD COLUMN lifted_at timestamptz,
        ADD COLUMN lift_author text,
        ADD CONSTRAINT made_order_lifted
          CHECK (num_nulls(lifted_by, lifted_on, lifted_at, lift_author) IN (0, 4) AND (state = 'lifted') = (lifted_at IS NOT NULL));
      GRANT UPDATE (state, version, lifted_by, lifted_on, lifted_at, lift_author) ON placement_order.made TO ${serve};
      GRANT UPDATE (state, version, contradicts, obstacle, answered_at) ON placement_order.made TO ${ingest}`);
    await watchTable(queryRunner, WATCHED);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await unwatchTable(queryRunner, WATCHED);
    await queryRunner.query(`
      ALTER TABLE placement_order.made
        DROP COLUMN state, DROP COLUMN version, DROP COLUMN contradicts, DROP COLUMN obstacle, DROP COLUMN answered_at,
        DROP COLUMN lifted_by, DROP COLUMN lifted_on, DROP COLUMN lifted_at, DROP COLUMN lift_author`);
  }
}

const WATCHED: WatchedTable = {
  table: 'placement_order.made',
  on: 'UPDATE',
  select: `SELECT 'placement-order', o.id,
                  CASE WHEN o.state = 'obeyed' AND cardinality(o.contradicts) > 0 THEN 'contradicted' ELSE o.state END,
                  o.version, o.case_id, o.unit FROM new_rows o`,
};
