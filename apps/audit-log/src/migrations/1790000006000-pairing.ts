import { serviceRoles } from '@liaison/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Which records have waited too long for their other side. Derived from the log, in a schema of its own: what is
 * append-only stays in the other. `progress` says how far the log was looked at.
 */
export class Pairing1790000006000 implements MigrationInterface {
  readonly name = 'Pairing1790000006000';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { ingest, serve } = await serviceRoles(queryRunner);
    await queryRunner.query(`
      CREATE SCHEMA pairing;
      CREATE TABLE pairing.unpaired (
        position bigint PRIMARY KEY,
        record_id uuid NOT NULL,
        state text NOT NULL CHECK (state IN ('not-received', 'not-disclosed')),
        agency text NOT NULL,
        counterpart text,
        kind text NOT NULL,
        reference uuid,
        event_id uuid,
        convention text,
        at timestamptz NOT NULL,
        appended_at timestamptz NOT NULL,
        listed_at timestamptz NOT NULL DEFAULT clock_timestamp()
      );
      CREATE TABLE pairing.progress (
        singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
        -- Looked at.
        position bigint NOT NULL DEFAULT 0,
        -- Nothing more will appear at or before it.
        settled bigint NOT NULL DEFAULT 0,
        -- Becomes settled once every transaction that ran at its reading has ended.
        read bigint NOT NULL DEFAULT 0,
        read_xid xid8 NOT NULL DEFAULT pg_current_xact_id()
      );
      INSERT INTO pairing.progress DEFAULT VALUES;
      GRANT USAGE ON SCHEMA pairing TO ${ingest}, ${serve};
      GRANT SELECT, INSERT, DELETE ON pairing.unpaired TO ${ingest};
      GRANT SELECT, UPDATE ON pairing.progress TO ${ingest};
      GRANT SELECT ON pairing.unpaired TO ${serve}`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP SCHEMA pairing CASCADE');
  }
}
