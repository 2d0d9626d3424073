import { unwatchTable, watchTable, type WatchedTable } from '@liaison/casework';
import { serviceRoles } from '@liaison/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Received notices are read by code that every recipient shares, in a schema of that code's own. The table moves with its rows, rights,
 * policies and triggers; what names it in a text is written anew.
 */
export class NoticesShared1790000048010 implements MigrationInterface {
  readonly name = 'NoticesShared1790000048010';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { ingest, serve } = await serviceRoles(queryRunner);
    await queryRunner.query(`CREATE SCHEMA notice; GRANT USAGE ON SCHEMA notice TO ${ingest}, ${serve}`);
    await move(queryRunner, 'prefecture', 'notice');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await move(queryRunner, 'notice', 'prefecture');
    await queryRunner.query('DROP SCHEMA notice');
  }
}

async function move(queryRunner: QueryRunner, from: string, to: string): Promise<void> {
  await queryRunner.query(`
    ALTER TABLE ${from}.received_notice SET SCHEMA ${to};
    ALTER FUNCTION ${from}.only_emptied() SET SCHEMA ${to};
    ALTER FUNCTION ${from}.received_notice_insert_change() SET SCHEMA ${to};
    ALTER FUNCTION ${from}.received_notice_update_change() SET SCHEMA ${to}`);
  for (const watched of opinionsWith(`${to}.received_notice`)) {
    await unwatchTable(queryRunner, watched);
    await watchTable(queryRunner, watched);
  }
  await queryRunner.query(casesUnderDuty(`${to}.received_notice`));
}

const opinionsWith = (notices: string): readonly WatchedTable[] => {
  const subjectCase = `
  LEFT JOIN ${notices} n ON n.id = r.subject_id
  LEFT JOIN prefecture.residence_permit p ON p.id = r.subject_id`;
  return [
    {
      table: 'prefecture.opinion_request',
      on: 'INSERT',
      select: `SELECT 'opinion-request', r.id, r.state, r.version, coalesce(n.case_id, p.case_id), r.unit
               FROM new_rows r ${subjectCase}`,
    },
    {
      table: 'prefecture.opinion_request',
      on: 'UPDATE',
      select: `SELECT 'opinion-request', r.id,
                    CASE WHEN r.state <> o.state THEN r.state
                         WHEN r.overdue_told_at IS DISTINCT FROM o.overdue_told_at THEN 'overdue'
                         ELSE 'changed' END,
                    r.version, coalesce(n.case_id, p.case_id), r.unit
               FROM new_rows r JOIN old_rows o ON o.id = r.id ${subjectCase}`,
    },
  ];
};

const casesUnderDuty = (notices: string): string => `
CREATE OR REPLACE FUNCTION prefecture.cases_under_duty(cases uuid[], today date) RETURNS SETOF uuid
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
    WITH resting AS (
      SELECT c.id, c.id AS on_case, NULL::uuid AS on_permit FROM unnest(cases) AS c (id)
       UNION
      SELECT o.case_id, n.case_id, o.subject_id FROM prefecture.opinion_request o
        LEFT JOIN ${notices} n ON n.id = o.subject_id
       WHERE o.case_id = ANY (cases)
    )
    SELECT r.id FROM resting r JOIN prefecture.residence_permit p ON p.case_id = r.on_case OR p.id = r.on_permit
     WHERE p.state IN ('lodged', 'appealed') OR (p.state = 'granted' AND p.valid_until >= today)
        OR (p.state = 'refused' AND (p.record -> 'refused' ->> 'appealBy')::date >= today)
     UNION
    SELECT r.id FROM resting r JOIN prefecture.reflection_period f ON f.case_id = r.on_case
     WHERE f.ended_on IS NULL AND f.last_day >= today $$`;
