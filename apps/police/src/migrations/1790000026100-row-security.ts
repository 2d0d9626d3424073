import { openRows, secureRows } from '@liaison/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { READERS } from '../roles';

const OF_OWN_NOTICE = 'EXISTS (SELECT FROM police.notice n WHERE n.id = notice_id)';

/** Notices are their unit's, and what was said of a notice is for whoever may see it. */
export class PoliceRowSecurity1790000026100 implements MigrationInterface {
  readonly name = 'PoliceRowSecurity1790000026100';

  async up(queryRunner: QueryRunner): Promise<void> {
    await secureRows(queryRunner, 'police.notice', { roles: READERS });
    await secureRows(queryRunner, 'police.notice_change', { roles: READERS });
    for (const table of ['police.notice_acknowledgement', 'police.breach']) {
      await secureRows(queryRunner, table, { where: OF_OWN_NOTICE, roles: READERS });
    }
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const table of ['breach', 'notice_acknowledgement', 'notice_change', 'notice']) {
      await openRows(queryRunner, `police.${table}`);
    }
  }
}
