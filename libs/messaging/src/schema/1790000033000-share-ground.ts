import type { MigrationInterface, QueryRunner } from 'typeorm';
import { workingRoles } from './working-roles';

/**
 * What a disclosure rests on, where its convention says that more than `stop` follows when a ground ends: written with the
 * delivery, looked at again when a fact of its case, the set of conventions or a date changes (`next_at`).
 */
export class ShareGround1790000033000 implements MigrationInterface {
  readonly name = 'ShareGround1790000033000';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { ingest, serve } = await workingRoles(queryRunner);
    await queryRunner.query(`
      CREATE TABLE messaging.share_ground (
        event_id text NOT NULL,
        lane_id int NOT NULL,
        case_id uuid NOT NULL,
        basis jsonb NOT NULL,
        looked_facts bigint NOT NULL,
        -- Digest of the conventions and the directory that it was last looked at with; NULL: only at its dispatch.
        looked_policy text,
        next_at timestamptz NOT NULL,
        PRIMARY KEY (event_id, lane_id)
      );
      CREATE INDEX share_ground_case ON messaging.share_ground (case_id);
      CREATE INDEX share_ground_next ON messaging.share_ground (next_at);
      GRANT SELECT, INSERT, UPDATE (looked_facts, looked_policy, next_at) ON messaging.share_ground TO ${ingest};
      GRANT SELECT, UPDATE (looked_facts, looked_policy, next_at) ON messaging.share_ground TO ${serve}`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE messaging.share_ground');
  }
}
