import { storeSearchTerms } from '@liaison/casework';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const BATCH = 500;

/** Orders that came before and that nobody has obeyed are found by name too. */
export class OrderSearched1790000065000 implements MigrationInterface {
  readonly name = 'OrderSearched1790000065000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (let after = '00000000-0000-0000-0000-000000000000'; ;) {
      const orders = (await queryRunner.query(`${UNOBEYED} AND o.id > $1 ORDER BY o.id LIMIT $2`, [
        after,
        BATCH,
      ])) as { id: string; caseId: string; unit: string; content: unknown }[];
      await storeSearchTerms(queryRunner, orders);
      const last = orders.at(-1);
      if (!last) break;
      after = last.id;
    }
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      'DELETE FROM desk.search_term s USING placement.judge_order o WHERE o.id = s.document AND o.request_id IS NULL',
    );
  }
}

const UNOBEYED = `
SELECT o.id, o.delivered_case AS "caseId", o.unit, o.content
  FROM placement.judge_order o
 WHERE o.request_id IS NULL AND o.state <> 'taken-back' AND o.purged_at IS NULL`;
