import { unwatchTable, watchTable, type WatchedTable } from '@liaison/casework';
import { serviceRoles } from '@liaison/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Requests for an opinion in the change feed. That one is overdue is still derived from the time at which somebody asks;
 * `overdue_told_at` says only that the feed has told it, once.
 */
export class PrefectureOpinionChanges1790000030020 implements MigrationInterface {
  readonly name = 'PrefectureOpinionChanges1790000030020';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { ingest } = await serviceRoles(queryRunner);
    await queryRunner.query(`
      ALTER TABLE prefecture.opinion_request ADD COLUMN overdue_told_at timestamptz;
      CREATE INDEX opinion_request_untold ON prefecture.opinion_request (due_at)
        WHERE state = 'asked' AND overdue_told_at IS NULL;
      GRANT UPDATE (overdue_told_at) ON prefecture.opinion_request TO ${ingest}`);
    for (const watched of WATCHED) await watchTable(queryRunner, watched);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const watched of WATCHED) await unwatchTable(queryRunner, watched);
    await queryRunner.query('ALTER TABLE prefecture.opinion_request DROP COLUMN overdue_told_at');
  }
}

/** The case of its subject, a notice or an application: a request has a case of its own towards its recipient only. */
const SUBJECT_CASE = `
  LEFT JOIN prefecture.received_notice n ON n.id = r.subject_id
  LEFT JOIN prefecture.residence_permit p ON p.id = r.subject_id`;

const WATCHED: readonly WatchedTable[] = [
  {
    table: 'prefecture.opinion_request',
    on: 'INSERT',
    select: `SELECT 'opinion-request', r.id, r.state, r.version, coalesce(n.case_id, p.case_id), r.unit
               FROM new_rows r ${SUBJECT_CASE}`,
  },
  {
    table: 'prefecture.opinion_request',
    on: 'UPDATE',
    select: `SELECT 'opinion-request', r.id,
                    CASE WHEN r.state <> o.state THEN r.state
                         WHEN r.overdue_told_at IS DISTINCT FROM o.overdue_told_at THEN 'overdue'
                         ELSE 'changed' END,
                    r.version, coalesce(n.case_id, p.case_id), r.unit
               FROM new_rows r JOIN old_rows o ON o.id = r.id ${SUBJECT_CASE}`,
  },
];
