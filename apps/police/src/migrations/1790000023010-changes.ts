import { unwatchTable, watchTable, type WatchedTable } from '@liaison/casework';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What of this service's tables is told in the change feed: everything that its readers can find again. */
export class PoliceChanges1790000023010 implements MigrationInterface {
  readonly name = 'PoliceChanges1790000023010';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const watched of WATCHED) await watchTable(queryRunner, watched);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const watched of WATCHED) await unwatchTable(queryRunner, watched);
  }
}

const WATCHED: readonly WatchedTable[] = [
  {
    table: 'police.notice',
    on: 'INSERT',
    select: `SELECT 'notice', n.id, CASE n.state WHEN 'draft' THEN 'written' ELSE n.state END, n.version, n.case_id, n.unit
               FROM new_rows n`,
  },
  {
    // What becomes of it once it is issued has a line of its own in `notice_change`.
    table: 'police.notice',
    on: 'UPDATE',
    select: `SELECT 'notice', n.id, CASE n.state WHEN 'draft' THEN 'edited' ELSE n.state END, n.version, n.case_id, n.unit
               FROM new_rows n JOIN old_rows o ON o.id = n.id WHERE o.state = 'draft'`,
  },
  {
    table: 'police.notice_change',
    on: 'INSERT',
    select: `SELECT 'notice', c.notice_id, c.kind, c.version, n.case_id, n.unit
               FROM new_rows c JOIN police.notice n ON n.id = c.notice_id`,
  },
  {
    table: 'police.notice_acknowledgement',
    on: 'INSERT',
    select: `SELECT 'notice', a.notice_id, 'acknowledged', n.version, n.case_id, n.unit
               FROM new_rows a JOIN police.notice n ON n.id = a.notice_id`,
  },
  {
    table: 'police.breach',
    on: 'INSERT',
    select: `SELECT 'breach', b.breach_id, CASE WHEN b.remedied_on IS NULL THEN 'reported' ELSE 'remedied' END, b.revision,
                    n.case_id, n.unit
               FROM new_rows b JOIN police.notice n ON n.id = b.notice_id`,
  },
  {
    table: 'police.breach',
    on: 'UPDATE',
    select: `SELECT 'breach', b.breach_id, CASE WHEN b.remedied_on IS NULL THEN 'reported' ELSE 'remedied' END, b.revision,
                    n.case_id, n.unit
               FROM new_rows b JOIN police.notice n ON n.id = b.notice_id`,
  },
];
