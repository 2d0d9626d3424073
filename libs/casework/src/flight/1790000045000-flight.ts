import { secureRows, serviceRoles } from '@liaison/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { unwatchTable, watchTable, type WatchedTable } from '../changes/watch-table';
import { CASEWORKERS } from '../schema/1790000022000-casework';

/**
 * Flights of children: those that somebody here noticed or reported, with whom it was told; and those that were reported to this
 * agency. What was reported, in its words, is the event's document: it is not held twice where it was written.
 */
export class Flight1790000045000 implements MigrationInterface {
  readonly name = 'Flight1790000045000';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { ingest, serve } = await serviceRoles(queryRunner);
    await queryRunner.query(`
      CREATE SCHEMA flight;

      CREATE TABLE flight.known (
        id uuid NOT NULL CONSTRAINT known_pkey PRIMARY KEY,
        subject uuid NOT NULL,
        case_id uuid,
        unit text NOT NULL,
        author text,
        origin uuid,
        departement text,
        noticed_at timestamptz NOT NULL,
        reported_at timestamptz,
        ended_at timestamptz,
        of_age_at timestamptz,
        police_missing boolean NOT NULL,
        place_known boolean NOT NULL,
        overdue_told_at timestamptz,
        state text NOT NULL
          CONSTRAINT known_state CHECK (state IN ('noticed', 'reported', 'found', 'back', 'adult', 'voided')),
        version int NOT NULL
      );
      CREATE INDEX known_of_unit ON flight.known (unit, id);
      CREATE INDEX known_of_case ON flight.known (case_id);
      CREATE UNIQUE INDEX known_running ON flight.known (subject) WHERE state IN ('noticed', 'reported');
      CREATE UNIQUE INDEX known_origin ON flight.known (origin);
      CREATE INDEX known_unreported ON flight.known (noticed_at) WHERE state = 'noticed';
      CREATE INDEX known_coming_of_age ON flight.known (of_age_at) WHERE state IN ('noticed', 'reported');

      CREATE TABLE flight.told (
        flight_id uuid NOT NULL,
        agency text NOT NULL,
        unit text NOT NULL,
        duty text NOT NULL CONSTRAINT told_flight_duty CHECK (duty IN ('search', 'child-protection', 'following')),
        case_id uuid NOT NULL,
        case_version int NOT NULL,
        CONSTRAINT told_flight_pkey PRIMARY KEY (flight_id, agency)
      );

      CREATE TABLE flight.received (
        id uuid NOT NULL CONSTRAINT received_flight_pkey PRIMARY KEY,
        flight uuid NOT NULL,
        delivered_case uuid NOT NULL,
        case_id uuid,
        sender text NOT NULL,
        reference uuid NOT NULL,
        event_id uuid NOT NULL,
        unit text NOT NULL,
        received_at timestamptz NOT NULL,
        purpose text NOT NULL,
        convention text NOT NULL,
        departement text,
        content json NOT NULL,
        withheld json NOT NULL,
        noticed_at timestamptz,
        reported_at timestamptz,
        ended_at timestamptz,
        found_said_at timestamptz,
        found_said_by text,
        passed_on_at timestamptz,
        state text NOT NULL
          CONSTRAINT received_flight_state CHECK (state IN ('overdue', 'gone', 'found', 'back', 'adult', 'voided')),
        version int NOT NULL,
        keep_until timestamptz,
        restricted_since timestamptz,
        revoked_fields jsonb NOT NULL DEFAULT '[]',
        purged_at timestamptz,
        purge_reason text,
        CONSTRAINT received_flight_named UNIQUE (sender, flight),
        CONSTRAINT received_flight_purged CHECK (num_nulls(purged_at, purge_reason) IN (0, 2))
      );
      CREATE INDEX received_flight_of_unit ON flight.received (unit, received_at, id);
      CREATE INDEX received_flight_of_case ON flight.received (case_id);
      CREATE INDEX received_flight_keep_until ON flight.received (keep_until) WHERE purged_at IS NULL;
      CREATE INDEX received_flight_to_pass_on ON flight.received (received_at) WHERE passed_on_at IS NULL`);
    await queryRunner.query(`
      GRANT USAGE ON SCHEMA flight TO ${ingest}, ${serve};
      GRANT SELECT, INSERT, UPDATE (departement, reported_at, ended_at, of_age_at, police_missing, place_known, state, version)
        ON flight.known TO ${serve};
      GRANT SELECT, INSERT, UPDATE (origin, departement, reported_at, ended_at, place_known, overdue_told_at, state, version)
        ON flight.known TO ${ingest};
      GRANT SELECT, INSERT, UPDATE (unit, duty, case_id, case_version) ON flight.told TO ${serve}, ${ingest};
      GRANT SELECT, UPDATE (version, found_said_at, found_said_by) ON flight.received TO ${serve};
      GRANT SELECT, INSERT, UPDATE
        (event_id, convention, departement, content, withheld, noticed_at, reported_at, ended_at, found_said_at, passed_on_at, state,
         version, keep_until, restricted_since, revoked_fields, purged_at, purge_reason)
        ON flight.received TO ${ingest}`);
    for (const table of TABLES) await secureRows(queryRunner, table, { roles: CASEWORKERS });
    for (const watched of WATCHED) await watchTable(queryRunner, watched);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const watched of WATCHED) await unwatchTable(queryRunner, watched);
    await queryRunner.query('DROP SCHEMA flight CASCADE');
  }
}

const TABLES = ['flight.known', 'flight.told', 'flight.received'];

const WATCHED: readonly WatchedTable[] = [
  {
    table: 'flight.known',
    on: 'INSERT',
    select: `SELECT 'flight', k.id, k.state, k.version, k.case_id, k.unit FROM new_rows k`,
  },
  {
    table: 'flight.known',
    on: 'UPDATE',
    select: `SELECT 'flight', k.id,
                    CASE WHEN o.state <> k.state THEN k.state
                         WHEN o.overdue_told_at IS NULL AND k.overdue_told_at IS NOT NULL THEN 'overdue'
                         ELSE 'changed' END,
                    k.version, k.case_id, k.unit
               FROM new_rows k JOIN old_rows o ON o.id = k.id`,
  },
  {
    table: 'flight.received',
    on: 'INSERT',
    select: `SELECT 'received-flight', r.id, CASE r.state WHEN 'gone' THEN 'reported' ELSE r.state END, r.version, r.case_id, r.unit
               FROM new_rows r`,
  },
  {
    table: 'flight.received',
    on: 'UPDATE',
    // That it was passed on is no news to whoever reads it.
    select: `SELECT 'received-flight', r.id,
                    CASE WHEN o.state <> r.state AND r.state = 'gone' THEN 'reported'
                         WHEN o.state <> r.state THEN r.state ELSE 'changed' END,
                    r.version, r.case_id, r.unit
               FROM new_rows r JOIN old_rows o ON o.id = r.id WHERE o.version <> r.version`,
  },
];
