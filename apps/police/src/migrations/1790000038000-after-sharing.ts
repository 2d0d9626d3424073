import { serviceRoles } from '@liaison/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Until when what préfectures ask and report may be kept, since when it is shown to fewer, and why its content is gone. A
 * restricted breach is for supervisors alone, in every list: its row is its content.
 */
export class PoliceAfterSharing1790000038000 implements MigrationInterface {
  readonly name = 'PoliceAfterSharing1790000038000';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { ingest, serve } = await serviceRoles(queryRunner);
    for (const table of TABLES) {
      await queryRunner.query(`
        ALTER TABLE police.${table}
          ADD COLUMN keep_until timestamptz,
          ADD COLUMN restricted_since timestamptz,
          ADD COLUMN purged_at timestamptz,
          ADD COLUMN purge_reason text,
          ADD CONSTRAINT ${table}_purged CHECK (num_nulls(purged_at, purge_reason) IN (0, 2));
        CREATE INDEX ${table}_keep_until ON police.${table} (keep_until) WHERE purged_at IS NULL;
        GRANT UPDATE (keep_until, restricted_since, purged_at, purge_reason) ON police.${table} TO ${ingest}`);
    }
    await queryRunner.query(`
      GRANT UPDATE (measure, taken_on, period_from, period_until, article, departement, reported_at)
        ON police.breach TO ${ingest};
      CREATE POLICY restricted ON police.breach AS RESTRICTIVE TO ${serve} USING (
        restricted_since IS NULL
        OR string_to_array(current_setting('liaison.roles', true), ',') && '{supervisor,dpo}')`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP POLICY restricted ON police.breach');
    for (const table of TABLES) {
      await queryRunner.query(`
        ALTER TABLE police.${table} DROP COLUMN keep_until, DROP COLUMN restricted_since, DROP COLUMN purged_at,
          DROP COLUMN purge_reason`);
    }
  }
}

const TABLES = ['opinion_request', 'breach'];
