import { unwatchTable, watchTable, type WatchedTable } from '@liaison/casework';
import { serviceRoles } from '@liaison/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Whoever turns 18 while a place is looked for, and what they say to help that goes on (R17). */
export class RequestOfAge1790000062000 implements MigrationInterface {
  readonly name = 'RequestOfAge1790000062000';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { ingest, serve } = await serviceRoles(queryRunner);
    // No facts have that version: the first round looks at every request that is open.
    await queryRunner.query(`
      ALTER TABLE placement.request
        ADD COLUMN of_age_at timestamptz,
        ADD COLUMN facts_version bigint NOT NULL DEFAULT -1,
        ADD COLUMN came_of_age_at timestamptz,
        ADD COLUMN adult_agrees boolean,
        ADD COLUMN adult_heard_at timestamptz,
        ADD CONSTRAINT request_adult_heard CHECK (num_nulls(adult_agrees, adult_heard_at) IN (0, 2));
      ALTER TABLE placement.request ALTER COLUMN facts_version DROP DEFAULT;
      CREATE INDEX request_comes_of_age ON placement.request (of_age_at) WHERE state <> 'withdrawn' AND came_of_age_at IS NULL;
      GRANT UPDATE (of_age_at, facts_version, came_of_age_at) ON placement.request TO ${ingest};
      GRANT UPDATE (adult_agrees, adult_heard_at) ON placement.request TO ${serve}`);
    await unwatchTable(queryRunner, watched(BEFORE));
    await watchTable(queryRunner, watched(AFTER));
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await unwatchTable(queryRunner, watched(AFTER));
    await watchTable(queryRunner, watched(BEFORE));
    await queryRunner.query(`
      ALTER TABLE placement.request
        DROP COLUMN of_age_at, DROP COLUMN facts_version, DROP COLUMN came_of_age_at,
        DROP COLUMN adult_agrees, DROP COLUMN adult_heard_at`);
  }
}

const BEFORE = `SELECT 'placement-request', r.id, CASE WHEN o.state <> r.state THEN r.state ELSE 'changed' END, r.version,
                       r.case_id, r.unit
                  FROM new_rows r JOIN old_rows o ON o.id = r.id`;

/** That somebody turned 18 is one change with what follows from it; when a birthday will be is none. */
const AFTER = `SELECT 'placement-request', r.id,
                      CASE WHEN o.version = r.version THEN 'of-age' WHEN o.state <> r.state THEN r.state ELSE 'changed' END,
                      r.version, r.case_id, r.unit
                 FROM new_rows r JOIN old_rows o ON o.id = r.id
                WHERE o.version <> r.version OR (o.came_of_age_at IS NULL AND r.came_of_age_at IS NOT NULL)`;

const watched = (select: string): WatchedTable => ({ table: 'placement.request', on: 'UPDATE', select });
