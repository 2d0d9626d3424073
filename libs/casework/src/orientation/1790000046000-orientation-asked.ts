import { secureRows, serviceRoles } from '@liaison/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { unwatchTable, watchTable, type WatchedTable } from '../changes/watch-table';
import { CASEWORKERS } from '../schema/1790000022000-casework';

/** Requests of this agency for orientation of adults (Ac.Sé), each with the consent that it rests on. What it says is its event's document. */
export class OrientationAsked1790000046000 implements MigrationInterface {
  readonly name = 'OrientationAsked1790000046000';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { ingest, serve } = await serviceRoles(queryRunner);
    await queryRunner.query(`
      CREATE SCHEMA orientation;

      CREATE TABLE orientation.asked (
        id uuid NOT NULL CONSTRAINT asked_pkey PRIMARY KEY,
        unit text NOT NULL,
        author text NOT NULL,
        asked_at timestamptz NOT NULL,
        -- The agency's own case that it follows from, where there is one.
        origin_case uuid,
        coordination text NOT NULL,
        consents json NOT NULL,
        state text NOT NULL CONSTRAINT asked_state CHECK (state IN ('sent', 'answered', 'closed', 'withdrawn')),
        version int NOT NULL,
        step text,
        outcome text,
        answered_at timestamptz
      );
      CREATE INDEX asked_of_unit ON orientation.asked (unit, id);
      CREATE INDEX asked_of_case ON orientation.asked (origin_case)`);
    await queryRunner.query(`
      GRANT USAGE ON SCHEMA orientation TO ${ingest}, ${serve};
      GRANT SELECT, INSERT, UPDATE (state, version, consents) ON orientation.asked TO ${serve};
      GRANT SELECT, UPDATE (state, version, step, outcome, answered_at) ON orientation.asked TO ${ingest}`);
    await secureRows(queryRunner, 'orientation.asked', { roles: CASEWORKERS });
    for (const watched of WATCHED) await watchTable(queryRunner, watched);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const watched of WATCHED) await unwatchTable(queryRunner, watched);
    await queryRunner.query('DROP SCHEMA orientation CASCADE');
  }
}

const WATCHED: readonly WatchedTable[] = [
  {
    table: 'orientation.asked',
    on: 'INSERT',
    select: `SELECT 'orientation-request', a.id, 'sent', a.version, a.origin_case, a.unit FROM new_rows a`,
  },
  {
    table: 'orientation.asked',
    on: 'UPDATE',
    select: `SELECT 'orientation-request', a.id, a.state, a.version, a.origin_case, a.unit FROM new_rows a`,
  },
];
