import { unwatchTable, watchTable, type WatchedTable } from '@liaison/casework';
import { secureRows, serviceRoles } from '@liaison/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { CASEWORKERS } from '../roles';

/** Offers of child protection for places of this shelter: what takes a bed stands here. */
export class PlacementOffer1790000043020 implements MigrationInterface {
  readonly name = 'PlacementOffer1790000043020';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { ingest, serve } = await serviceRoles(queryRunner);
    await queryRunner.query(`
      CREATE TABLE shelter.offer (
        id uuid NOT NULL CONSTRAINT offer_pkey PRIMARY KEY,
        case_id uuid NOT NULL CONSTRAINT offer_case UNIQUE,
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
        state text NOT NULL
          CONSTRAINT offer_state CHECK (state IN ('held', 'refused', 'accepted', 'declined', 'lapsed', 'withdrawn')),
        version int NOT NULL,
        answered_at timestamptz,
        reason text,
        CONSTRAINT offer_event UNIQUE (sender, event_id)
      );
      CREATE INDEX offer_of_unit ON shelter.offer (unit, received_at, id);
      CREATE INDEX offer_takes_beds ON shelter.offer (place_id) WHERE state IN ('held', 'accepted');
      CREATE INDEX offer_lapses ON shelter.offer (answer_by) WHERE state = 'held'`);
    await queryRunner.query(`
      GRANT SELECT, UPDATE (state, version, answered_at, reason, content, withheld) ON shelter.offer TO ${serve};
      GRANT SELECT, INSERT, UPDATE (state, version, answered_at, reason, content, withheld) ON shelter.offer TO ${ingest};
      GRANT SELECT, UPDATE (version) ON shelter.place TO ${ingest}`);
    await secureRows(queryRunner, 'shelter.offer', { roles: CASEWORKERS });
    for (const watched of WATCHED) await watchTable(queryRunner, watched);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    const { ingest } = await serviceRoles(queryRunner);
    for (const watched of WATCHED) await unwatchTable(queryRunner, watched);
    await queryRunner.query(`
      DROP TABLE shelter.offer;
      REVOKE SELECT, UPDATE (version) ON shelter.place FROM ${ingest}`);
  }
}

const WATCHED: readonly WatchedTable[] = [
  {
    table: 'shelter.offer',
    on: 'INSERT',
    select: `SELECT 'placement-offer', o.id, o.state, o.version, NULL::uuid, o.unit FROM new_rows o`,
  },
  {
    table: 'shelter.offer',
    on: 'UPDATE',
    select: `SELECT 'placement-offer', n.id, n.state, n.version, NULL::uuid, n.unit
               FROM new_rows n JOIN old_rows o ON o.id = n.id WHERE o.state <> n.state`,
  },
];
