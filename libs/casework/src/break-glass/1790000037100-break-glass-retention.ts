import { serviceRoles } from '@liaison/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Openings leave when they are old, through one function that deletes nothing else: no working role may delete them itself.
 * What may go stands in it, not in who calls it: never one that nobody has reviewed, or taken note of, nor one of the last year.
 */
export class BreakGlassRetention1790000037100 implements MigrationInterface {
  readonly name = 'BreakGlassRetention1790000037100';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { ingest } = await serviceRoles(queryRunner);
    await queryRunner.query(FORGET);
    await queryRunner.query(`
      CREATE INDEX break_glass_reviewed_at ON desk.break_glass (reviewed_at) WHERE reviewed_at IS NOT NULL;
      CREATE INDEX break_glass_told_noted_at ON desk.break_glass_told (noted_at) WHERE noted_at IS NOT NULL;
      REVOKE ALL ON FUNCTION desk.forget_break_glass FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION desk.forget_break_glass TO ${ingest}`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP FUNCTION desk.forget_break_glass;
      DROP INDEX desk.break_glass_reviewed_at, desk.break_glass_told_noted_at`);
  }
}

/** At most p_most of each, whose review or note lies p_days back at p_at. Returns how many went. */
const FORGET = `
CREATE FUNCTION desk.forget_break_glass(p_at timestamptz, p_days int, p_most int) RETURNS int
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
WITH horizon AS (
  SELECT p_at - make_interval(days => greatest(p_days, 365)) AS before
), opened AS (
  DELETE FROM desk.break_glass b
   WHERE b.id IN (SELECT o.id FROM desk.break_glass o, horizon h
                   WHERE o.reviewed_at < h.before AND o.until < h.before ORDER BY o.reviewed_at LIMIT p_most)
  RETURNING 1
), told AS (
  DELETE FROM desk.break_glass_told b
   WHERE (b.sender, b.opening) IN (SELECT t.sender, t.opening FROM desk.break_glass_told t, horizon h
                                    WHERE t.noted_at < h.before ORDER BY t.noted_at LIMIT p_most)
  RETURNING 1
)
SELECT (SELECT count(*) FROM opened)::int + (SELECT count(*) FROM told)::int
$$`;
