import { serviceRoles } from '@liaison/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const STATES = ['complete', 'receiving', 'withheld', 'voided'];

/** A document whose parts are not what its digest says is not one of which parts are still to come. */
export class DamagedAttachments1790000036500 implements MigrationInterface {
  readonly name = 'DamagedAttachments1790000036500';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { ingest } = await serviceRoles(queryRunner);
    await queryRunner.query(`
      ALTER TABLE casework.attachment ADD COLUMN damaged_at timestamptz;
      ${allow([...STATES, 'damaged'])};
      CREATE INDEX attachment_damaged ON casework.attachment (unit) WHERE state = 'damaged';
      GRANT UPDATE (damaged_at) ON casework.attachment TO ${ingest}`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      UPDATE casework.attachment SET state = 'receiving' WHERE state = 'damaged';
      DROP INDEX casework.attachment_damaged;
      ${allow(STATES)};
      ALTER TABLE casework.attachment DROP COLUMN damaged_at`);
  }
}

const allow = (states: readonly string[]): string => `
  ALTER TABLE casework.attachment DROP CONSTRAINT attachment_state,
    ADD CONSTRAINT attachment_state CHECK (state IN (${states.map((state) => `'${state}'`).join(', ')}))`;
