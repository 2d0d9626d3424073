import { storeSearchTerms } from '@liaison/casework';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const BATCH = 500;

/** Permits are found by their case; notices that came before there was a search become searchable. */
export class PrefectureDesk1790000022200 implements MigrationInterface {
  readonly name = 'PrefectureDesk1790000022200';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      'CREATE INDEX residence_permit_of_case ON prefecture.residence_permit (case_id) WHERE case_id IS NOT NULL',
    );
    for (let after = '00000000-0000-0000-0000-000000000000'; ;) {
      const notices = (await queryRunner.query(
        `SELECT id, case_id AS "caseId", unit, content FROM prefecture.received_notice WHERE id > $1 ORDER BY id LIMIT $2`,
        [after, BATCH],
      )) as { id: string; caseId: string; unit: string; content: unknown }[];
      await storeSearchTerms(queryRunner, notices);
      const last = notices.at(-1);
      if (!last) break;
      after = last.id;
    }
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX prefecture.residence_permit_of_case');
  }
}
