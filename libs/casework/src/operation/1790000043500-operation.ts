import { secureRows, serviceRoles } from '@liaison/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { unwatchTable, watchTable, type WatchedTable } from '../changes/watch-table';
import { CASEWORKERS } from '../schema/1790000022000-casework';

/** Announced operations: those of this agency, whom it told, and those that were announced to it. None is about a person. */
export class Operation1790000043500 implements MigrationInterface {
  readonly name = 'Operation1790000043500';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { ingest, serve } = await serviceRoles(queryRunner);
    await queryRunner.query(`
      CREATE SCHEMA operation;

      CREATE TABLE operation.announced (
        id uuid NOT NULL CONSTRAINT announced_pkey PRIMARY KEY,
        unit text NOT NULL,
        author text NOT NULL,
        announced_at timestamptz NOT NULL,
        departement text NOT NULL,
        from_day date NOT NULL,
        until_day date NOT NULL,
        expires_at timestamptz NOT NULL,
        expected_people int NOT NULL,
        state text NOT NULL CONSTRAINT announced_state CHECK (state IN ('announced', 'acknowledged', 'called-off')),
        version int NOT NULL
      );
      CREATE INDEX announced_of_unit ON operation.announced (unit, id);

      CREATE TABLE operation.told (
        operation_id uuid NOT NULL,
        agency text NOT NULL,
        contact text NOT NULL,
        unit text NOT NULL,
        acknowledge_by timestamptz,
        acknowledged_at timestamptz,
        role text,
        places_held int,
        CONSTRAINT told_contact_pkey PRIMARY KEY (operation_id, agency)
      );

      CREATE TABLE operation.received (
        id uuid NOT NULL CONSTRAINT received_operation_pkey PRIMARY KEY,
        case_id uuid NOT NULL,
        sender text NOT NULL,
        reference uuid NOT NULL,
        event_id uuid NOT NULL,
        unit text NOT NULL,
        received_at timestamptz NOT NULL,
        convention text NOT NULL,
        departement text NOT NULL,
        from_day date NOT NULL,
        until_day date NOT NULL,
        expires_at timestamptz NOT NULL,
        expected_people int NOT NULL,
        content json NOT NULL,
        acknowledge_by timestamptz,
        acknowledged_at timestamptz,
        places_held int NOT NULL,
        state text NOT NULL
          CONSTRAINT received_operation_state CHECK (state IN ('new', 'acknowledged', 'called-off')),
        version int NOT NULL,
        expired_at timestamptz,
        CONSTRAINT received_operation_event UNIQUE (sender, event_id),
        CONSTRAINT received_operation_reference UNIQUE (sender, reference),
        CONSTRAINT received_operation_places CHECK (places_held BETWEEN 0 AND expected_people)
      );
      CREATE INDEX received_operation_of_unit ON operation.received (unit, received_at, id);
      CREATE INDEX received_operation_unexpired ON operation.received (expires_at) WHERE expired_at IS NULL`);
    await queryRunner.query(`
      GRANT USAGE ON SCHEMA operation TO ${ingest}, ${serve};
      GRANT SELECT, INSERT, UPDATE (state, version) ON operation.announced TO ${serve};
      GRANT SELECT, INSERT ON operation.told TO ${serve};
      GRANT SELECT, UPDATE (state, version, acknowledged_at, places_held) ON operation.received TO ${serve};
      GRANT SELECT, UPDATE (state, version) ON operation.announced TO ${ingest};
      GRANT SELECT, UPDATE (acknowledged_at, role, places_held) ON operation.told TO ${ingest};
      GRANT SELECT, INSERT, UPDATE (state, version, content, places_held, expired_at) ON operation.received TO ${ingest}`);
    for (const table of TABLES) await secureRows(queryRunner, table, { roles: CASEWORKERS });
    for (const watched of WATCHED) await watchTable(queryRunner, watched);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const watched of WATCHED) await unwatchTable(queryRunner, watched);
    await queryRunner.query('DROP SCHEMA operation CASCADE');
  }
}

const TABLES = ['operation.announced', 'operation.told', 'operation.received'];

/** What of them is told in the change feed: an operation is nobody's case. */
const WATCHED: readonly WatchedTable[] = [
  {
    table: 'operation.announced',
    on: 'INSERT',
    select: `SELECT 'operation', a.id, 'announced', a.version, NULL::uuid, a.unit FROM new_rows a`,
  },
  {
    table: 'operation.announced',
    on: 'UPDATE',
    select: `SELECT 'operation', a.id, CASE WHEN a.state <> o.state THEN a.state ELSE 'changed' END, a.version, NULL::uuid, a.unit
               FROM new_rows a JOIN old_rows o ON o.id = a.id`,
  },
  {
    table: 'operation.received',
    on: 'INSERT',
    select: `SELECT 'received-operation', r.id, 'received', r.version, NULL::uuid, r.unit FROM new_rows r`,
  },
  {
    table: 'operation.received',
    on: 'UPDATE',
    select: `SELECT 'received-operation', r.id,
                    CASE WHEN o.expired_at IS NULL AND r.expired_at IS NOT NULL THEN 'expired'
                         WHEN o.state <> r.state THEN r.state ELSE 'changed' END,
                    r.version, NULL::uuid, r.unit
               FROM new_rows r JOIN old_rows o ON o.id = r.id`,
  },
];
