import { unwatchTable, watchTable, type WatchedTable } from '@liaison/casework';
import { secureRows, serviceRoles } from '@liaison/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { CASEWORKERS } from '../roles';

/** Orders of a judge that were sent to child protection: when, where and how a child is to live. */
export class PlacementOrder1790000045210 implements MigrationInterface {
  readonly name = 'PlacementOrder1790000045210';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { ingest, serve } = await serviceRoles(queryRunner);
    await queryRunner.query(`
      CREATE SCHEMA placement_order;

      CREATE TABLE placement_order.made (
        id uuid NOT NULL CONSTRAINT made_order_pkey PRIMARY KEY,
        case_id uuid NOT NULL,
        unit text NOT NULL,
        author text NOT NULL,
        sent_at timestamptz NOT NULL,
        agency text NOT NULL,
        ordered_by text NOT NULL,
        ordered_on date NOT NULL,
        until_day date,
        departement text,
        lodging text
      );
      CREATE INDEX made_order_of_unit ON placement_order.made (unit, id);
      CREATE INDEX made_order_of_case ON placement_order.made (case_id)`);
    await queryRunner.query(`
      GRANT USAGE ON SCHEMA placement_order TO ${ingest}, ${serve};
      GRANT SELECT, INSERT ON placement_order.made TO ${serve};
      GRANT SELECT ON placement_order.made TO ${ingest}`);
    await secureRows(queryRunner, 'placement_order.made', { roles: CASEWORKERS });
    await watchTable(queryRunner, WATCHED);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await unwatchTable(queryRunner, WATCHED);
    await queryRunner.query('DROP SCHEMA placement_order CASCADE');
  }
}

const WATCHED: WatchedTable = {
  table: 'placement_order.made',
  on: 'INSERT',
  select: `SELECT 'placement-order', o.id, 'sent', 1, o.case_id, o.unit FROM new_rows o`,
};
