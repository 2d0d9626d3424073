import { serviceRoles } from '@liaison/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The store of records. Append-only by GRANT: `ingest` adds and looks, `serve` looks, and nobody changes or deletes.
 * Few indexes, because every act of every agency adds a row: by number (holes), by reference (one case), by time.
 */
export class AuditRecord1790000001000 implements MigrationInterface {
  readonly name = 'AuditRecord1790000001000';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { ingest, serve } = await serviceRoles(queryRunner);
    await queryRunner.query(`
      CREATE SCHEMA audit_log;
      CREATE TABLE audit_log.record (
        position bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT record_pkey PRIMARY KEY,
        record_id uuid NOT NULL,
        agency text NOT NULL,
        epoch uuid NOT NULL,
        number int NOT NULL,
        kind text NOT NULL,
        at timestamptz NOT NULL,
        reference uuid,
        event_id uuid,
        counterpart text,
        convention text,
        disclosure_commitment text,
        commitment text NOT NULL,
        salt bytea NOT NULL,
        record json NOT NULL,
        appended_at timestamptz NOT NULL,
        CONSTRAINT record_id UNIQUE (record_id)
      );
      CREATE INDEX record_number ON audit_log.record (agency, epoch, number);
      CREATE INDEX record_reference ON audit_log.record (reference) WHERE reference IS NOT NULL;
      CREATE INDEX record_at ON audit_log.record (at)`);
    await queryRunner.query(`
      GRANT USAGE ON SCHEMA audit_log TO ${ingest}, ${serve};
      GRANT SELECT, INSERT ON audit_log.record TO ${ingest};
      GRANT SELECT ON audit_log.record TO ${serve};
      GRANT SELECT (source, id, state, reason, type, epoch, sequence, received_at) ON messaging.inbox TO ${serve}`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    const { serve } = await serviceRoles(queryRunner);
    await queryRunner.query(`
      REVOKE SELECT (source, id, state, reason, type, epoch, sequence, received_at) ON messaging.inbox FROM ${serve};
      DROP SCHEMA audit_log CASCADE`);
  }
}
