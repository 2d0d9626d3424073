import { serviceRoles } from '@liaison/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Since when what others asked and answered in an emergency is shown to fewer, and why its content is gone. */
export class UrgentAfterSharing1790000040500 implements MigrationInterface {
  readonly name = 'UrgentAfterSharing1790000040500';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { ingest } = await serviceRoles(queryRunner);
    for (const table of TABLES) {
      await queryRunner.query(`
        ALTER TABLE desk.${table}
          ADD COLUMN restricted_since timestamptz,
          ADD COLUMN purged_at timestamptz,
          ADD COLUMN purge_reason text,
          ADD CONSTRAINT ${table}_purged CHECK (num_nulls(purged_at, purge_reason) IN (0, 2));
        GRANT UPDATE (restricted_since, purged_at, purge_reason) ON desk.${table} TO ${ingest}`);
    }
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const table of TABLES) {
      await queryRunner.query(`
        ALTER TABLE desk.${table} DROP COLUMN restricted_since, DROP COLUMN purged_at, DROP COLUMN purge_reason`);
    }
  }
}

const TABLES = ['urgent_asked', 'urgent_received'];
