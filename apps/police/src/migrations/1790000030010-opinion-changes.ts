import { unwatchTable, watchTable, type WatchedTable } from '@liaison/casework';
import { serviceRoles } from '@liaison/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Opinions that are asked for, in the change feed. That one is overdue is still derived from the time at which somebody
 * asks; `overdue_told_at` says only that the feed has told it, once. And `caseId` of what happens to a notice is the
 * notice's id from now on, as in every route of a case, no longer the id under which delivery knows it.
 */
export class PoliceOpinionChanges1790000030010 implements MigrationInterface {
  readonly name = 'PoliceOpinionChanges1790000030010';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { ingest } = await serviceRoles(queryRunner);
    await queryRunner.query(`
      ALTER TABLE police.opinion_request ADD COLUMN overdue_told_at timestamptz;
      CREATE INDEX opinion_request_untold ON police.opinion_request (due_at)
        WHERE state = 'open' AND overdue_told_at IS NULL;
      GRANT UPDATE (overdue_told_at) ON police.opinion_request TO ${ingest}`);
    for (const watched of ofNotices('n.id')) {
      await unwatchTable(queryRunner, watched);
      await watchTable(queryRunner, watched);
    }
    for (const watched of WATCHED) await watchTable(queryRunner, watched);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const watched of WATCHED) await unwatchTable(queryRunner, watched);
    for (const watched of ofNotices('n.case_id')) {
      await unwatchTable(queryRunner, watched);
      await watchTable(queryRunner, watched);
    }
    await queryRunner.query('ALTER TABLE police.opinion_request DROP COLUMN overdue_told_at');
  }
}

/** Its case is the notice that it is about, where it names one that the unit knows. */
const WATCHED: readonly WatchedTable[] = [
  {
    table: 'police.opinion_request',
    on: 'INSERT',
    select: `SELECT 'opinion-request', r.id, CASE r.state WHEN 'open' THEN 'asked' ELSE r.state END, r.version, r.about, r.unit
               FROM new_rows r`,
  },
  {
    table: 'police.opinion_request',
    on: 'UPDATE',
    select: `SELECT 'opinion-request', r.id,
                    CASE WHEN r.state <> o.state THEN r.state
                         WHEN r.overdue_told_at IS DISTINCT FROM o.overdue_told_at THEN 'overdue'
                         ELSE 'changed' END,
                    r.version, r.about, r.unit
               FROM new_rows r JOIN old_rows o ON o.id = r.id`,
  },
];

const ofNotices = (caseId: string): readonly WatchedTable[] => {
  const breached = `SELECT 'breach', b.breach_id, CASE WHEN b.remedied_on IS NULL THEN 'reported' ELSE 'remedied' END,
                           b.revision, ${caseId}, n.unit
                      FROM new_rows b JOIN police.notice n ON n.id = b.notice_id`;
  return [
    {
      table: 'police.notice',
      on: 'INSERT',
      select: `SELECT 'notice', n.id, CASE n.state WHEN 'draft' THEN 'written' ELSE n.state END, n.version, ${caseId}, n.unit
                 FROM new_rows n`,
    },
    {
      // What becomes of it once it is issued has a line of its own in `notice_change`.
      table: 'police.notice',
      on: 'UPDATE',
      select: `SELECT 'notice', n.id, CASE n.state WHEN 'draft' THEN 'edited' ELSE n.state END, n.version, ${caseId}, n.unit
                 FROM new_rows n JOIN old_rows o ON o.id = n.id WHERE o.state = 'draft'`,
    },
    {
      table: 'police.notice_change',
      on: 'INSERT',
      select: `SELECT 'notice', c.notice_id, c.kind, c.version, ${caseId}, n.unit
                 FROM new_rows c JOIN police.notice n ON n.id = c.notice_id`,
    },
    {
      table: 'police.notice_acknowledgement',
      on: 'INSERT',
      select: `SELECT 'notice', a.notice_id, 'acknowledged', n.version, ${caseId}, n.unit
                 FROM new_rows a JOIN police.notice n ON n.id = a.notice_id`,
    },
    { table: 'police.breach', on: 'INSERT', select: breached },
    { table: 'police.breach', on: 'UPDATE', select: breached },
  ];
};
