import { secureRows, serviceRoles } from '@liaison/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { unwatchTable, watchTable, type WatchedTable } from '../changes/watch-table';
import { CASEWORKERS } from '../schema/1790000022000-casework';

/** Whom this agency reported as supported, each with the consent that it rests on. What it says is its event's document. */
export class SupportReported1790000053000 implements MigrationInterface {
  readonly name = 'SupportReported1790000053000';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { ingest, serve } = await serviceRoles(queryRunner);
    await queryRunner.query(`
      CREATE SCHEMA support;

      CREATE TABLE support.reported (
        id uuid NOT NULL CONSTRAINT reported_pkey PRIMARY KEY,
        unit text NOT NULL,
        author text NOT NULL,
        reported_at timestamptz NOT NULL,
        -- The agency's own case that it follows from, where there is one.
        origin_case uuid,
        prefecture text NOT NULL,
        consent json NOT NULL,
        version int NOT NULL
      );
      CREATE INDEX reported_of_unit ON support.reported (unit, id);
      CREATE INDEX reported_of_case ON support.reported (origin_case)`);
    await queryRunner.query(`
      GRANT USAGE ON SCHEMA support TO ${ingest}, ${serve};
      GRANT SELECT, INSERT, UPDATE (version, reported_at, author) ON support.reported TO ${serve};
      GRANT SELECT ON support.reported TO ${ingest}`);
    await secureRows(queryRunner, 'support.reported', { roles: CASEWORKERS });
    for (const watched of WATCHED) await watchTable(queryRunner, watched);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const watched of WATCHED) await unwatchTable(queryRunner, watched);
    await queryRunner.query('DROP SCHEMA support CASCADE');
  }
}

const WATCHED: readonly WatchedTable[] = (['INSERT', 'UPDATE'] as const).map((on) => ({
  table: 'support.reported',
  on,
  select: `SELECT 'support-report', r.id, ${on === 'INSERT' ? `'reported'` : `'changed'`}, r.version, r.origin_case, r.unit FROM new_rows r`,
}));
