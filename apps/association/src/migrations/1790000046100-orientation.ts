import { unwatchTable, watchTable, type WatchedTable } from '@liaison/casework';
import { secureRows, serviceRoles } from '@liaison/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { CASEWORKERS } from '../roles';

/** At the coordination of the network (Ac.Sé): requests that came, and the places that were asked for each. */
export class Orientation1790000046100 implements MigrationInterface {
  readonly name = 'Orientation1790000046100';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { ingest, serve } = await serviceRoles(queryRunner);
    await queryRunner.query(`
      CREATE TABLE orientation.request (
        id uuid NOT NULL CONSTRAINT orientation_request_pkey PRIMARY KEY,
        case_id uuid NOT NULL CONSTRAINT orientation_request_case UNIQUE,
        unit text NOT NULL,
        sender text NOT NULL,
        sender_kind text NOT NULL,
        from_partner boolean NOT NULL,
        reference uuid NOT NULL,
        event_id uuid NOT NULL,
        received_at timestamptz NOT NULL,
        purpose text NOT NULL,
        convention text NOT NULL,
        content json NOT NULL,
        withheld json NOT NULL,
        acknowledge_by timestamptz,
        -- Of what it says, what is counted; the rest goes with its content.
        commune text,
        age int,
        nationality text,
        consents json NOT NULL,
        state text NOT NULL CONSTRAINT orientation_request_state
          CHECK (state IN ('asked', 'evaluated', 'proposed', 'accepted', 'supported', 'closed')),
        version int NOT NULL,
        admitted_on date,
        followed_up_on date,
        closed_on date,
        outcome text,
        keep_until timestamptz,
        restricted_since timestamptz,
        revoked_fields jsonb NOT NULL DEFAULT '[]',
        purged_at timestamptz,
        purge_reason text,
        CONSTRAINT orientation_request_event UNIQUE (sender, event_id),
        CONSTRAINT orientation_request_closed CHECK (num_nulls(closed_on, outcome) IN (0, 2)),
        CONSTRAINT orientation_request_purged CHECK (num_nulls(purged_at, purge_reason) IN (0, 2))
      );
      CREATE INDEX orientation_request_of_unit ON orientation.request (unit, received_at, id);
      CREATE INDEX orientation_request_keep_until ON orientation.request (keep_until) WHERE purged_at IS NULL;

      CREATE TABLE orientation.proposal (
        id uuid NOT NULL CONSTRAINT proposal_pkey PRIMARY KEY,
        request_id uuid NOT NULL,
        unit text NOT NULL,
        place_id uuid NOT NULL,
        shelter text NOT NULL,
        reference uuid NOT NULL,
        made_at timestamptz NOT NULL,
        answer_by timestamptz NOT NULL,
        state text NOT NULL CONSTRAINT proposal_state
          CHECK (state IN ('proposed', 'place-accepted', 'accepted', 'declined', 'withdrawn')),
        declined text,
        answered_at timestamptz,
        CONSTRAINT proposal_reference UNIQUE (shelter, reference)
      );
      CREATE INDEX proposal_of_request ON orientation.proposal (request_id, id);
      CREATE UNIQUE INDEX proposal_live ON orientation.proposal (request_id)
        WHERE state IN ('proposed', 'place-accepted', 'accepted');

      -- As its shelter described it last: nothing about a person, and no address. Every unit sees every place.
      CREATE TABLE orientation.place (
        id uuid NOT NULL CONSTRAINT orientation_place_pkey PRIMARY KEY,
        shelter text NOT NULL,
        reference uuid NOT NULL,
        event_id uuid NOT NULL,
        declared_at timestamptz NOT NULL,
        open boolean NOT NULL,
        departement text NOT NULL,
        free int NOT NULL,
        sexes text[] NOT NULL,
        languages text[] NOT NULL,
        emergency boolean NOT NULL,
        takes_from_police boolean NOT NULL,
        CONSTRAINT orientation_place_reference UNIQUE (shelter, reference)
      );

      -- What was told to others of a year stays as it was told: what is added later would show (R34).
      CREATE TABLE orientation.released_year (
        year int NOT NULL CONSTRAINT orientation_released_year_pkey PRIMARY KEY,
        figures json NOT NULL,
        released_at timestamptz NOT NULL
      )`);
    await queryRunner.query(`
      GRANT SELECT, UPDATE (state, version, age, nationality, consents, admitted_on, followed_up_on, closed_on, outcome)
        ON orientation.request TO ${serve};
      GRANT SELECT, INSERT, UPDATE (state, version, age, nationality, consents, closed_on, outcome, content, withheld, restricted_since,
        revoked_fields, purged_at, purge_reason) ON orientation.request TO ${ingest};
      GRANT SELECT, INSERT, UPDATE (state, declined, answered_at) ON orientation.proposal TO ${serve};
      GRANT SELECT, UPDATE (state, declined, answered_at) ON orientation.proposal TO ${ingest};
      GRANT SELECT, INSERT, UPDATE ON orientation.place TO ${ingest};
      GRANT SELECT ON orientation.place TO ${serve};
      GRANT SELECT, INSERT ON orientation.released_year TO ${serve}`);
    for (const table of TABLES) await secureRows(queryRunner, table, { roles: CASEWORKERS });
    for (const watched of WATCHED) await watchTable(queryRunner, watched);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const watched of WATCHED) await unwatchTable(queryRunner, watched);
    await queryRunner.query(
      'DROP TABLE orientation.released_year, orientation.place, orientation.proposal, orientation.request',
    );
  }
}

const TABLES = ['orientation.request', 'orientation.proposal'];

const WATCHED: readonly WatchedTable[] = [
  {
    table: 'orientation.request',
    on: 'INSERT',
    select: `SELECT 'orientation', r.id, 'received', r.version, r.case_id, r.unit FROM new_rows r`,
  },
  {
    table: 'orientation.request',
    on: 'UPDATE',
    select: `SELECT 'orientation', r.id,
                    CASE WHEN o.purged_at IS NULL AND r.purged_at IS NOT NULL THEN 'purged'
                         WHEN o.state <> r.state THEN r.state ELSE 'changed' END, r.version, r.case_id, r.unit
               FROM new_rows r JOIN old_rows o ON o.id = r.id`,
  },
];
