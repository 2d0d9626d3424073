import { unwatchTable, watchTable, type WatchedTable } from '@liaison/casework';
import { secureRows, serviceRoles } from '@liaison/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { CASEWORKERS } from '../roles';

/** At a shelter of the network (Ac.Sé): its places for adults, and what the coordination asks of them. */
export class AdultShelter1790000057000 implements MigrationInterface {
  readonly name = 'AdultShelter1790000057000';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { ingest, serve } = await serviceRoles(queryRunner);
    await queryRunner.query(`
      CREATE TABLE shelter.adult_place (
        id uuid NOT NULL CONSTRAINT adult_place_pkey PRIMARY KEY,
        unit text NOT NULL,
        label text NOT NULL,
        departement text NOT NULL,
        address json NOT NULL,
        sexes text[] NOT NULL,
        languages text[] NOT NULL,
        emergency boolean NOT NULL,
        takes_from_police boolean NOT NULL,
        capacity int NOT NULL,
        open boolean NOT NULL,
        version int NOT NULL,
        declared_at timestamptz NOT NULL
      );
      CREATE INDEX adult_place_of_unit ON shelter.adult_place (unit, id);

      CREATE TABLE shelter.adult_proposal (
        id uuid NOT NULL CONSTRAINT adult_proposal_pkey PRIMARY KEY,
        case_id uuid NOT NULL CONSTRAINT adult_proposal_case UNIQUE,
        place_id uuid NOT NULL,
        unit text NOT NULL,
        sender text NOT NULL,
        reference uuid NOT NULL,
        event_id uuid NOT NULL,
        received_at timestamptz NOT NULL,
        purpose text NOT NULL,
        convention text NOT NULL,
        content json NOT NULL,
        withheld json NOT NULL,
        beds int NOT NULL,
        answer_by timestamptz NOT NULL,
        state text NOT NULL CONSTRAINT adult_proposal_state CHECK (state IN
          ('held', 'refused', 'accepted', 'admitted', 'left', 'declined', 'lapsed', 'withdrawn')),
        version int NOT NULL,
        answered_at timestamptz,
        reason text,
        admitted_on date,
        left_on date,
        keep_until timestamptz,
        restricted_since timestamptz,
        revoked_fields jsonb NOT NULL DEFAULT '[]',
        purged_at timestamptz,
        purge_reason text,
        CONSTRAINT adult_proposal_event UNIQUE (sender, event_id),
        CONSTRAINT adult_proposal_reference UNIQUE (sender, reference),
        CONSTRAINT adult_proposal_purged CHECK (num_nulls(purged_at, purge_reason) IN (0, 2))
      );
      CREATE INDEX adult_proposal_of_unit ON shelter.adult_proposal (unit, received_at, id);
      CREATE INDEX adult_proposal_takes_beds ON shelter.adult_proposal (place_id)
        WHERE state IN ('held', 'accepted', 'admitted');
      CREATE INDEX adult_proposal_lapses ON shelter.adult_proposal (answer_by) WHERE state = 'held';
      CREATE INDEX adult_proposal_keep_until ON shelter.adult_proposal (keep_until) WHERE purged_at IS NULL;

      -- Apart from what is needed: it comes later, on a consent of its own, and goes by itself.
      CREATE TABLE shelter.named_person (
        id uuid NOT NULL CONSTRAINT named_person_pkey PRIMARY KEY,
        proposal_id uuid NOT NULL CONSTRAINT named_person_proposal UNIQUE,
        case_id uuid NOT NULL,
        unit text NOT NULL,
        sender text NOT NULL,
        event_id uuid NOT NULL,
        received_at timestamptz NOT NULL,
        purpose text NOT NULL,
        convention text NOT NULL,
        content json NOT NULL,
        withheld json NOT NULL,
        keep_until timestamptz,
        restricted_since timestamptz,
        revoked_fields jsonb NOT NULL DEFAULT '[]',
        purged_at timestamptz,
        purge_reason text,
        CONSTRAINT named_person_event UNIQUE (sender, event_id),
        CONSTRAINT named_person_purged CHECK (num_nulls(purged_at, purge_reason) IN (0, 2))
      );
      CREATE INDEX named_person_keep_until ON shelter.named_person (keep_until) WHERE purged_at IS NULL`);
    const answered = 'state, version, answered_at, reason, content, withheld';
    const gone = 'restricted_since, revoked_fields, purged_at, purge_reason';
    await queryRunner.query(`
      GRANT SELECT, INSERT, UPDATE (label, departement, address, sexes, languages, emergency, takes_from_police, capacity, open, version,
        declared_at) ON shelter.adult_place TO ${serve};
      GRANT SELECT, UPDATE (version) ON shelter.adult_place TO ${ingest};
      GRANT SELECT, UPDATE (${answered}, admitted_on, left_on) ON shelter.adult_proposal TO ${serve};
      GRANT SELECT, INSERT, UPDATE (${answered}, ${gone}) ON shelter.adult_proposal TO ${ingest};
      GRANT SELECT, DELETE ON shelter.named_person TO ${serve};
      GRANT SELECT, INSERT, UPDATE (content, withheld, ${gone}), DELETE ON shelter.named_person TO ${ingest}`);
    for (const table of TABLES) await secureRows(queryRunner, table, { roles: CASEWORKERS });
    for (const watched of WATCHED) await watchTable(queryRunner, watched);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const watched of WATCHED) await unwatchTable(queryRunner, watched);
    await queryRunner.query(`DROP TABLE ${TABLES.join(', ')}`);
  }
}

const TABLES = ['shelter.adult_place', 'shelter.adult_proposal', 'shelter.named_person'];

const WATCHED: readonly WatchedTable[] = [
  {
    table: 'shelter.adult_place',
    on: 'INSERT',
    select: `SELECT 'adult-place', p.id, 'declared', p.version, NULL::uuid, p.unit FROM new_rows p`,
  },
  {
    table: 'shelter.adult_place',
    on: 'UPDATE',
    select: `SELECT 'adult-place', p.id, CASE WHEN o.open AND NOT p.open THEN 'closed' ELSE 'changed' END, p.version,
                    NULL::uuid, p.unit
               FROM new_rows p JOIN old_rows o ON o.id = p.id`,
  },
  {
    table: 'shelter.adult_proposal',
    on: 'INSERT',
    select: `SELECT 'adult-proposal', p.id, p.state, p.version, p.case_id, p.unit FROM new_rows p`,
  },
  {
    table: 'shelter.adult_proposal',
    on: 'UPDATE',
    select: `SELECT 'adult-proposal', n.id,
                    CASE WHEN o.purged_at IS NULL AND n.purged_at IS NOT NULL THEN 'purged' ELSE n.state END, n.version, n.case_id, n.unit
               FROM new_rows n JOIN old_rows o ON o.id = n.id
              WHERE o.state <> n.state OR (o.purged_at IS NULL AND n.purged_at IS NOT NULL)`,
  },
  {
    table: 'shelter.named_person',
    on: 'INSERT',
    select: `SELECT 'adult-proposal', n.proposal_id, 'named', p.version + 1, n.case_id, n.unit
               FROM new_rows n JOIN shelter.adult_proposal p ON p.id = n.proposal_id`,
  },
];
