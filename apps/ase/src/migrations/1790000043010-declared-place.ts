import { serviceRoles } from '@liaison/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Places that shelters have declared, as each of them said last. Nothing of it is about a person, and nothing in it is an
 * address: every unit sees every place.
 */
export class DeclaredPlace1790000043010 implements MigrationInterface {
  readonly name = 'DeclaredPlace1790000043010';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { ingest, serve } = await serviceRoles(queryRunner);
    await queryRunner.query(`
      CREATE SCHEMA placement;

      CREATE TABLE placement.place (
        id uuid NOT NULL CONSTRAINT place_pkey PRIMARY KEY,
        shelter text NOT NULL,
        reference uuid NOT NULL,
        event_id uuid NOT NULL,
        received_at timestamptz NOT NULL,
        declared_at timestamptz NOT NULL,
        open boolean NOT NULL,
        lodging text NOT NULL,
        departement text NOT NULL,
        free int NOT NULL,
        ages_from int NOT NULL,
        ages_to int NOT NULL,
        sexes text[] NOT NULL,
        languages text[] NOT NULL,
        trained_staff boolean NOT NULL,
        secure boolean NOT NULL,
        schooling text[] NOT NULL,
        CONSTRAINT place_reference UNIQUE (shelter, reference)
      );
      CREATE INDEX place_open ON placement.place (id) WHERE open`);
    await queryRunner.query(`
      GRANT USAGE ON SCHEMA placement TO ${ingest}, ${serve};
      GRANT SELECT, INSERT, UPDATE ON placement.place TO ${ingest};
      GRANT SELECT ON placement.place TO ${serve}`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP SCHEMA placement CASCADE');
  }
}
