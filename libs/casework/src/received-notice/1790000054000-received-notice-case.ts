import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The newest version of a case is found without looking at the others: who has amended a notice two hundred times does not slow down
 * everybody's desk.
 */
export class ReceivedNoticeCase1790000054000 implements MigrationInterface {
  readonly name = 'ReceivedNoticeCase1790000054000';

  up(queryRunner: QueryRunner): Promise<void> {
    return indexCase(queryRunner, 'case_id, unit, recipient_version, received_at');
  }

  down(queryRunner: QueryRunner): Promise<void> {
    return indexCase(queryRunner, 'case_id, recipient_version');
  }
}

async function indexCase(queryRunner: QueryRunner, columns: string): Promise<void> {
  await queryRunner.query(`
    DROP INDEX notice.received_notice_case;
    CREATE INDEX received_notice_case ON notice.received_notice (${columns})`);
}
