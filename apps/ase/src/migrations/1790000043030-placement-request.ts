import { unwatchTable, watchTable, type WatchedTable } from '@liaison/casework';
import { secureRows, serviceRoles } from '@liaison/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { CASEWORKERS } from '../roles';

const TABLES = ['placement.request', 'placement.offer'];

/** What children who are to be placed need, and which shelters were asked. */
export class PlacementRequest1790000043030 implements MigrationInterface {
  readonly name = 'PlacementRequest1790000043030';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { ingest, serve } = await serviceRoles(queryRunner);
    await queryRunner.query(`
      CREATE TABLE placement.request (
        id uuid NOT NULL CONSTRAINT request_pkey PRIMARY KEY,
        case_id uuid NOT NULL,
        unit text NOT NULL,
        author text NOT NULL,
        filed_at timestamptz NOT NULL,
        needs json NOT NULL,
        state text NOT NULL
          CONSTRAINT request_state CHECK (state IN ('open', 'offered', 'placed', 'withdrawn')),
        version int NOT NULL
      );
      CREATE INDEX request_of_unit ON placement.request (unit, id);
      CREATE INDEX request_of_case ON placement.request (case_id);

      CREATE TABLE placement.offer (
        id uuid NOT NULL CONSTRAINT offer_pkey PRIMARY KEY,
        request_id uuid NOT NULL,
        unit text NOT NULL,
        place_id uuid NOT NULL,
        shelter text NOT NULL,
        reference uuid NOT NULL,
        made_at timestamptz NOT NULL,
        answer_by timestamptz NOT NULL,
        ordered boolean NOT NULL,
        contradicts text[] NOT NULL,
        state text NOT NULL
          CONSTRAINT offer_state CHECK (state IN ('asked', 'held', 'accepted', 'declined', 'withdrawn')),
        answered_at timestamptz,
        reason text,
        answer_event uuid,
        convention text,
        address json,
        withheld json
      );
      CREATE INDEX offer_of_request ON placement.offer (request_id, id);
      CREATE UNIQUE INDEX offer_live ON placement.offer (request_id) WHERE state IN ('asked', 'held', 'accepted')`);
    await queryRunner.query(`
      GRANT SELECT, INSERT, UPDATE (state, version) ON placement.request TO ${serve};
      GRANT SELECT, UPDATE (state, version) ON placement.request TO ${ingest};
      GRANT SELECT, INSERT, UPDATE (state, address, withheld) ON placement.offer TO ${serve};
      GRANT SELECT, UPDATE (state, answered_at, reason, answer_event, convention, address, withheld)
        ON placement.offer TO ${ingest}`);
    for (const table of TABLES) await secureRows(queryRunner, table, { roles: CASEWORKERS });
    for (const watched of WATCHED) await watchTable(queryRunner, watched);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const watched of WATCHED) await unwatchTable(queryRunner, watched);
    for (const table of TABLES) await queryRunner.query(`DROP TABLE ${table}`);
  }
}

const WATCHED: readonly WatchedTable[] = [
  {
    table: 'placement.request',
    on: 'INSERT',
    select: `SELECT 'placement-request', r.id, 'filed', r.version, r.case_id, r.unit FROM new_rows r`,
  },
  {
    table: 'placement.request',
    on: 'UPDATE',
    select: `SELECT 'placement-request', r.id, CASE WHEN o.state <> r.state THEN r.state ELSE 'changed' END, r.version,
                    r.case_id, r.unit
               FROM new_rows r JOIN old_rows o ON o.id = r.id`,
  },
];
