import { secureRows, serviceRoles } from '@liaison/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { unwatchTable, watchTable, type WatchedTable } from '../changes/watch-table';
import { CASEWORKERS } from '../schema/1790000022000-casework';

/**
 * Which two cases this agency and another say are one person. What each said is never changed; how far it has come follows from it. A
 * word that its sender took back, or that was purged, stands no longer.
 */
export class PersonLink1790000056000 implements MigrationInterface {
  readonly name = 'PersonLink1790000056000';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { ingest, serve } = await serviceRoles(queryRunner);
    await queryRunner.query(`
      CREATE SCHEMA link;

      CREATE TABLE link.person_link (
        id uuid NOT NULL CONSTRAINT person_link_pkey PRIMARY KEY,
        unit text NOT NULL,
        agency text NOT NULL,
        first_reference uuid NOT NULL,
        second_reference uuid NOT NULL,
        -- This agency's own, as its register calls them.
        first_case uuid NOT NULL,
        second_case uuid NOT NULL,
        opened_at timestamptz NOT NULL,
        CONSTRAINT person_link_of_references UNIQUE (agency, first_reference, second_reference),
        CONSTRAINT person_link_of_two CHECK (first_case <> second_case)
      );
      CREATE INDEX person_link_of_first ON link.person_link (first_case, unit);
      CREATE INDEX person_link_of_second ON link.person_link (second_case, unit);
      CREATE INDEX person_link_of_unit ON link.person_link (unit);

      CREATE TABLE link.said (
        id uuid NOT NULL CONSTRAINT said_pkey PRIMARY KEY,
        link_id uuid NOT NULL CONSTRAINT said_of_link REFERENCES link.person_link (id),
        unit text NOT NULL,
        round int NOT NULL,
        says text NOT NULL CONSTRAINT said_says CHECK (says IN ('same', 'not-same')),
        at timestamptz NOT NULL,
        -- In messaging.cases: each word is a case of its own in delivery.
        delivery uuid NOT NULL,
        purpose text NOT NULL,
        -- Of this agency's own words.
        agent text,
        -- Of the other's.
        sender text,
        event_id uuid,
        convention text,
        stands boolean NOT NULL DEFAULT true,
        keep_until timestamptz,
        restricted_since timestamptz,
        revoked_fields jsonb NOT NULL DEFAULT '[]',
        withheld json NOT NULL DEFAULT '[]',
        purged_at timestamptz,
        purge_reason text,
        CONSTRAINT said_event UNIQUE (sender, event_id),
        CONSTRAINT said_by_one CHECK (
          num_nulls(agent) = 1 - num_nulls(sender) AND num_nulls(sender, event_id, convention) IN (0, 3)),
        CONSTRAINT said_purged CHECK (num_nulls(purged_at, purge_reason) IN (0, 2) AND (purged_at IS NULL OR NOT stands))
      );
      CREATE INDEX said_of_link ON link.said (link_id);
      CREATE INDEX said_of_delivery ON link.said (delivery);
      CREATE INDEX said_keep_until ON link.said (keep_until) WHERE stands`);
    await queryRunner.query(`
      GRANT USAGE ON SCHEMA link TO ${ingest}, ${serve};
      GRANT SELECT, INSERT ON link.person_link, link.said TO ${ingest}, ${serve};
      GRANT UPDATE (stands) ON link.said TO ${serve};
      GRANT UPDATE (stands, restricted_since, revoked_fields, withheld, purged_at, purge_reason) ON link.said TO ${ingest}`);
    for (const table of ['link.person_link', 'link.said']) {
      await secureRows(queryRunner, table, { roles: CASEWORKERS });
    }
    for (const watched of WATCHED) await watchTable(queryRunner, watched);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const watched of WATCHED) await unwatchTable(queryRunner, watched);
    await queryRunner.query('DROP SCHEMA link CASCADE');
  }
}

/** Without a case: that two are one person is for whoever may read both, and the link's own route looks at that. */
const WATCHED: readonly WatchedTable[] = [
  {
    table: 'link.said',
    on: 'INSERT',
    select: `SELECT 'person-link', s.link_id, CASE WHEN s.sender IS NULL THEN 'said-' ELSE 'heard-' END || s.says, s.round,
                    NULL::uuid, s.unit
               FROM new_rows s`,
  },
  {
    table: 'link.said',
    on: 'UPDATE',
    select: `SELECT 'person-link', s.link_id, 'taken-back', s.round, NULL::uuid, s.unit
               FROM new_rows s JOIN old_rows o ON o.id = s.id WHERE o.stands AND NOT s.stands`,
  },
];
