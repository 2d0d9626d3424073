import { serviceRoles } from '@liaison/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Until when a notice may be kept, since when it is shown to fewer, and why its content is gone where its sender did not
 * take it back. What a purge removes beside it are extracts of it: their digest stays. On whom a duty of the préfecture's
 * own rests is for a function to say: `ingest` reads no permit.
 */
export class PrefectureAfterSharing1790000033200 implements MigrationInterface {
  readonly name = 'PrefectureAfterSharing1790000033200';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { ingest } = await serviceRoles(queryRunner);
    await queryRunner.query(`
      ALTER TABLE prefecture.received_notice
        ADD COLUMN keep_until timestamptz,
        ADD COLUMN restricted_since timestamptz,
        ADD COLUMN purged_at timestamptz,
        ADD COLUMN purge_reason text,
        ADD CONSTRAINT received_notice_purged
          CHECK (num_nulls(purged_at, purge_reason) IN (0, 2) AND (purged_at IS NULL OR state = 'voided'));
      CREATE INDEX received_notice_keep_until ON prefecture.received_notice (keep_until) WHERE state <> 'voided'`);
    await queryRunner.query(`
      CREATE FUNCTION prefecture.cases_under_duty(cases uuid[], today date) RETURNS SETOF uuid
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
          SELECT p.case_id FROM prefecture.residence_permit p
           WHERE p.case_id = ANY (cases)
             AND (p.state IN ('lodged', 'appealed') OR (p.state = 'granted' AND p.valid_until >= today)
                  OR (p.state = 'refused' AND (p.record -> 'refused' ->> 'appealBy')::date >= today))
           UNION
          SELECT r.case_id FROM prefecture.reflection_period r
           WHERE r.case_id = ANY (cases) AND r.ended_on IS NULL AND r.last_day >= today $$;
      CREATE FUNCTION prefecture.forget_extracts(notices uuid[]) RETURNS void
        LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS $$
          UPDATE prefecture.agdref_extract SET json = '', csv = '' WHERE subject = 'notice' AND subject_id = ANY (notices) $$;
      REVOKE EXECUTE ON FUNCTION prefecture.cases_under_duty, prefecture.forget_extracts FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION prefecture.cases_under_duty, prefecture.forget_extracts TO ${ingest};
      GRANT UPDATE (restricted_since, purged_at, purge_reason) ON prefecture.received_notice TO ${ingest}`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP FUNCTION prefecture.cases_under_duty, prefecture.forget_extracts;
      ALTER TABLE prefecture.received_notice
        DROP COLUMN keep_until, DROP COLUMN restricted_since, DROP COLUMN purged_at, DROP COLUMN purge_reason`);
  }
}
