import type { MigrationInterface, QueryRunner } from 'typeorm';
import { HELD_STATUS } from './1790000005100-breaker';
import { workingRoles } from './working-roles';

/**
 * What a convention asks for besides: that the sender is told of the first reading, and within how long it has to know that
 * an event has arrived.
 */
export class ReadAndDue1790000005400 implements MigrationInterface {
  readonly name = 'ReadAndDue1790000005400';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { ingest, serve } = await workingRoles(queryRunner);
    await queryRunner.query(CHANGES);
    await queryRunner.query(READ_STATUS);
    await queryRunner.query(`
      GRANT SELECT ON messaging.read_event TO ${ingest};
      GRANT SELECT, INSERT ON messaging.read_event TO ${serve}`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(HELD_STATUS);
    await queryRunner.query(`
      DROP TABLE messaging.read_event;
      ALTER TABLE messaging.case_reference DROP COLUMN read;
      ALTER TABLE messaging.delivery DROP COLUMN due_within;
      ALTER TABLE messaging.overdue DROP COLUMN due_at`);
  }
}

const CHANGES = `
-- Recipient: events that somebody has read, where their sender is to know. Their numbers stand in the inbox.
CREATE TABLE messaging.read_event (
  peer text NOT NULL,
  reference uuid NOT NULL,
  event_id text NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (peer, reference, event_id)
);
-- Sender: sequences that the recipient says were read.
ALTER TABLE messaging.case_reference ADD COLUMN read int[] NOT NULL DEFAULT '{}';
-- Sender: seconds within which it has to be acknowledged; absent: the service's own setting.
ALTER TABLE messaging.delivery ADD COLUMN due_within int;
CREATE INDEX delivery_due ON messaging.delivery (lane_id, position) WHERE due_within IS NOT NULL;
-- Overdue from here on: a case can be listed before.
ALTER TABLE messaging.overdue ADD COLUMN due_at timestamptz NOT NULL DEFAULT clock_timestamp()`;

export const READ_STATUS = HELD_STATUS.replace(
  'WHEN r.epoch = d.epoch AND (d.sequence <=',
  `WHEN r.epoch = d.epoch AND d.sequence = ANY (r.read) THEN 'read'
            WHEN r.epoch = d.epoch AND (d.sequence <=`,
);
