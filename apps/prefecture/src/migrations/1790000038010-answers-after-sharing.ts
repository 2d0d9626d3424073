import { serviceRoles } from '@liaison/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Until when an answer to a request for an opinion may be kept, since when it is shown to fewer, and why its words are
 * gone. A duty that rests on the application or on the notice that was asked about rests on the answer too.
 */
export class AnswersAfterSharing1790000038010 implements MigrationInterface {
  readonly name = 'AnswersAfterSharing1790000038010';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { ingest } = await serviceRoles(queryRunner);
    await queryRunner.query(`
      ALTER TABLE prefecture.opinion_request
        ADD COLUMN keep_until timestamptz,
        ADD COLUMN restricted_since timestamptz,
        ADD COLUMN purged_at timestamptz,
        ADD COLUMN purge_reason text,
        ADD CONSTRAINT opinion_request_purged CHECK (num_nulls(purged_at, purge_reason) IN (0, 2));
      CREATE INDEX opinion_request_keep_until ON prefecture.opinion_request (keep_until)
        WHERE purged_at IS NULL AND answer_event IS NOT NULL;
      CREATE INDEX opinion_request_answer_event ON prefecture.opinion_request (answer_event);
      GRANT UPDATE (keep_until, restricted_since, purged_at, purge_reason) ON prefecture.opinion_request TO ${ingest}`);
    await queryRunner.query(`
      CREATE OR REPLACE FUNCTION prefecture.cases_under_duty(cases uuid[], today date) RETURNS SETOF uuid
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
          WITH resting AS (
            SELECT c.id, c.id AS on_case, NULL::uuid AS on_permit FROM unnest(cases) AS c (id)
             UNION
            SELECT o.case_id, n.case_id, o.subject_id FROM prefecture.opinion_request o
              LEFT JOIN prefecture.received_notice n ON n.id = o.subject_id
             WHERE o.case_id = ANY (cases)
          )
          SELECT r.id FROM resting r JOIN prefecture.residence_permit p ON p.case_id = r.on_case OR p.id = r.on_permit
           WHERE p.state IN ('lodged', 'appealed') OR (p.state = 'granted' AND p.valid_until >= today)
              OR (p.state = 'refused' AND (p.record -> 'refused' ->> 'appealBy')::date >= today)
           UNION
          SELECT r.id FROM resting r JOIN prefecture.reflection_period f ON f.case_id = r.on_case
           WHERE f.ended_on IS NULL AND f.last_day >= today $$`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE OR REPLACE FUNCTION prefecture.cases_under_duty(cases uuid[], today date) RETURNS SETOF uuid
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
          SELECT p.case_id FROM prefecture.residence_permit p
           WHERE p.case_id = ANY (cases)
             AND (p.state IN ('lodged', 'appealed') OR (p.state = 'granted' AND p.valid_until >= today)
                  OR (p.state = 'refused' AND (p.record -> 'refused' ->> 'appealBy')::date >= today))
           UNION
          SELECT r.case_id FROM prefecture.reflection_period r
           WHERE r.case_id = ANY (cases) AND r.ended_on IS NULL AND r.last_day >= today $$;
      ALTER TABLE prefecture.opinion_request
        DROP COLUMN keep_until, DROP COLUMN restricted_since, DROP COLUMN purged_at, DROP COLUMN purge_reason;
      DROP INDEX prefecture.opinion_request_answer_event`);
  }
}
