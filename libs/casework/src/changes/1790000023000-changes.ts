import { secureRows, serviceRoles } from '@liaison/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What changed in what this agency holds: ids, kinds, versions, never content. Rows are written by the triggers that
 * `watchTable` puts on the applications' tables, by nobody else; `serve` reads, `ingest` purges. Ordered by
 * (epoch, xid, id): `xid` is the transaction's, so that a reader can tell which transactions may still commit (ADR 11).
 */
export class Changes1790000023000 implements MigrationInterface {
  readonly name = 'Changes1790000023000';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { ingest, serve } = await serviceRoles(queryRunner);
    await queryRunner.query(`
      CREATE SCHEMA casework;
      CREATE TABLE casework.change (
        epoch uuid NOT NULL,
        xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
        id bigint GENERATED ALWAYS AS IDENTITY,
        resource text NOT NULL,
        resource_id uuid NOT NULL,
        kind text NOT NULL,
        version int,
        case_id uuid,
        unit text NOT NULL,
        at timestamptz NOT NULL DEFAULT clock_timestamp(),
        CONSTRAINT change_pkey PRIMARY KEY (epoch, xid, id)
      );
      ALTER TABLE casework.change SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000);
      CREATE TABLE casework.change_horizon (
        epoch uuid NOT NULL CONSTRAINT change_horizon_pkey PRIMARY KEY,
        xid xid8 NOT NULL,
        id bigint NOT NULL
      )`);
    await queryRunner.query(`
      GRANT USAGE ON SCHEMA casework TO ${ingest}, ${serve};
      GRANT SELECT ON casework.change, casework.change_horizon TO ${serve};
      GRANT SELECT, DELETE ON casework.change TO ${ingest};
      GRANT SELECT, INSERT, UPDATE (xid, id), DELETE ON casework.change_horizon TO ${ingest}`);
    await secureRows(queryRunner, 'casework.change', {
      roles: ['caseworker', 'supervisor', 'officer', 'desk'],
    });
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP SCHEMA casework CASCADE');
  }
}
