import { serviceRoles } from '@liaison/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What its sender said of a notice since: superseded, withdrawn, recalled; and as which event a version came. `ingest`
 * writes it: nobody at the desk decides whether a notice stands.
 */
export class NoticeStanding1790000006500 implements MigrationInterface {
  readonly name = 'NoticeStanding1790000006500';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { ingest } = await serviceRoles(queryRunner);
    await queryRunner.query(`
      ALTER TABLE prefecture.received_notice
        ADD COLUMN type text NOT NULL DEFAULT 'liaison.notice.issued.v1',
        ADD COLUMN standing text NOT NULL DEFAULT 'current',
        ADD COLUMN standing_reason text,
        ADD COLUMN standing_since timestamptz,
        ADD CONSTRAINT received_notice_standing
          CHECK (standing IN ('current', 'superseded', 'withdrawn', 'recalled'))`);
    await queryRunner.query(
      `GRANT UPDATE (standing, standing_reason, standing_since) ON prefecture.received_notice TO ${ingest}`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE prefecture.received_notice
        DROP COLUMN type, DROP COLUMN standing, DROP COLUMN standing_reason, DROP COLUMN standing_since`);
  }
}
