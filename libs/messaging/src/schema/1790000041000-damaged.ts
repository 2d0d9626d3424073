import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ENDED_STATUS } from './1790000025000-after-a-loss';
import { workingRoles } from './working-roles';

/** What arrived as it was signed and is of no use: its recipient says so with the acknowledgement, and its sender shows it. */
export class Damaged1790000041000 implements MigrationInterface {
  readonly name = 'Damaged1790000041000';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { ingest } = await workingRoles(queryRunner);
    await queryRunner.query(TABLES);
    await queryRunner.query(DAMAGED_STATUS);
    await queryRunner.query(`
      GRANT SELECT, INSERT ON messaging.damaged_event TO ${ingest};
      GRANT UPDATE (damaged_at) ON messaging.delivery TO ${ingest}`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(ENDED_STATUS);
    await queryRunner.query(`
      DROP TABLE messaging.damaged_event;
      ALTER TABLE messaging.delivery DROP COLUMN damaged_at`);
  }
}

const TABLES = `
-- Recipient: events that were applied and whose content is of no use. Their numbers stand in the inbox.
CREATE TABLE messaging.damaged_event (
  peer text NOT NULL,
  reference uuid NOT NULL,
  event_id text NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (peer, reference, event_id)
);
-- Sender: since when it knows of one.
ALTER TABLE messaging.delivery ADD COLUMN damaged_at timestamptz;
CREATE INDEX delivery_damaged ON messaging.delivery (case_id, case_version) WHERE damaged_at IS NOT NULL`;

const DAMAGED_STATUS = ENDED_STATUS.replace(
  `WHEN d.state <> 'frozen' THEN d.state`,
  `WHEN d.state <> 'frozen' THEN d.state
            WHEN d.damaged_at IS NOT NULL THEN 'damaged'`,
);
