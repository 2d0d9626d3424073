import { unwatchTable, watchTable, type WatchedTable } from '@liaison/casework';
import { secureRows, serviceRoles } from '@liaison/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { CASEWORKERS } from '../roles';

/** Places that the shelter declares. Its address stands here and in no message about the place (R23). */
export class Place1790000043000 implements MigrationInterface {
  readonly name = 'Place1790000043000';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { ingest, serve } = await serviceRoles(queryRunner);
    await queryRunner.query(`
      CREATE SCHEMA shelter;

      CREATE TABLE shelter.place (
        id uuid NOT NULL CONSTRAINT place_pkey PRIMARY KEY,
        unit text NOT NULL,
        label text NOT NULL,
        lodging text NOT NULL
          CONSTRAINT place_lodging CHECK (lodging IN ('registered-carer', 'authorised-establishment', 'declared-structure')),
        departement text NOT NULL,
        address json NOT NULL,
        ages_from int NOT NULL,
        ages_to int NOT NULL,
        sexes text[] NOT NULL,
        languages text[] NOT NULL,
        trained_staff boolean NOT NULL,
        secure boolean NOT NULL,
        schooling text[] NOT NULL,
        capacity int NOT NULL,
        open boolean NOT NULL,
        version int NOT NULL,
        declared_at timestamptz NOT NULL
      );
      CREATE INDEX place_of_unit ON shelter.place (unit, id)`);
    await queryRunner.query(`
      GRANT USAGE ON SCHEMA shelter TO ${ingest}, ${serve};
      GRANT SELECT, INSERT, UPDATE (label, lodging, departement, address, ages_from, ages_to, sexes, languages, trained_staff,
        secure, schooling, capacity, open, version, declared_at) ON shelter.place TO ${serve}`);
    await secureRows(queryRunner, 'shelter.place', { roles: CASEWORKERS });
    for (const watched of WATCHED) await watchTable(queryRunner, watched);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const watched of WATCHED) await unwatchTable(queryRunner, watched);
    await queryRunner.query('DROP SCHEMA shelter CASCADE');
  }
}

/** A place is no case: nothing but that it changed is told. */
const WATCHED: readonly WatchedTable[] = [
  {
    table: 'shelter.place',
    on: 'INSERT',
    select: `SELECT 'place', p.id, 'declared', p.version, NULL::uuid, p.unit FROM new_rows p`,
  },
  {
    table: 'shelter.place',
    on: 'UPDATE',
    select: `SELECT 'place', p.id, CASE WHEN o.open AND NOT p.open THEN 'closed' ELSE 'changed' END, p.version,
                    NULL::uuid, p.unit
               FROM new_rows p JOIN old_rows o ON o.id = p.id`,
  },
];
