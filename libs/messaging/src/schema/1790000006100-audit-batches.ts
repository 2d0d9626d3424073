import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Audit records travel many to a message: a delivery names those it holds, and their numbers are counted beside the
 * sequence of the messages. Until here each message held one, so that the counts were the same. An intent that names
 * records is of a message that goes again under its own id, after a restore.
 */
export class AuditBatches1790000006100 implements MigrationInterface {
  readonly name = 'AuditBatches1790000006100';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE messaging.delivery ADD COLUMN records uuid[];
      ALTER TABLE messaging.intent ADD COLUMN records uuid[];
      ALTER TABLE messaging.case_reference ADD COLUMN last_record int NOT NULL DEFAULT 0;
      UPDATE messaging.case_reference r SET last_record = r.last_sequence
        FROM messaging.agency_state s WHERE r.reference = s.audit_reference`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE messaging.delivery DROP COLUMN records;
      ALTER TABLE messaging.intent DROP COLUMN records;
      ALTER TABLE messaging.case_reference DROP COLUMN last_record`);
  }
}
