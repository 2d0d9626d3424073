import { storeSearchTerms } from '@liaison/casework';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const BATCH = 500;

/** Notices that were written before there was a search become searchable. */
export class PoliceDesk1790000022300 implements MigrationInterface {
  readonly name = 'PoliceDesk1790000022300';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (let after = '00000000-0000-0000-0000-000000000000'; ;) {
      const notices = (await queryRunner.query(
        `SELECT n.id, n.unit, coalesce(n.draft -> 'content', d.document) AS content
           FROM police.notice n
           LEFT JOIN messaging.event_document d ON d.case_id = n.case_id AND d.version = n.case_version
          WHERE n.id > $1 ORDER BY n.id LIMIT $2`,
        [after, BATCH],
      )) as { id: string; unit: string; content: unknown }[];
      await storeSearchTerms(
        queryRunner,
        notices.map((notice) => ({ ...notice, caseId: notice.id })),
      );
      const last = notices.at(-1);
      if (!last) break;
      after = last.id;
    }
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DELETE FROM desk.search_term');
  }
}
