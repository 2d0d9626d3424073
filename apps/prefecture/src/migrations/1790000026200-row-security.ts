import { openRows, secureRows, serviceRoles } from '@liaison/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { READERS } from '../roles';

const OF_OWN_PERIOD = 'EXISTS (SELECT FROM prefecture.reflection_period p WHERE p.id = period_id)';
const OF_UNIT = ['received_notice', 'reflection_period', 'residence_permit', 'agdref_extract'];

/**
 * What a desk received and decided is its own. Statistics are of the whole préfecture: they come from a function that
 * gives counts and nothing else.
 */
export class PrefectureRowSecurity1790000026200 implements MigrationInterface {
  readonly name = 'PrefectureRowSecurity1790000026200';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const table of OF_UNIT) await secureRows(queryRunner, `prefecture.${table}`, { roles: READERS });
    await secureRows(queryRunner, 'prefecture.reflection_breach', { where: OF_OWN_PERIOD, roles: READERS });
    const { serve } = await serviceRoles(queryRunner);
    await queryRunner.query(`
      CREATE FUNCTION prefecture.permits_granted(first date, last date, grounds text[])
        RETURNS TABLE (year int, kind text, renewal boolean, count int)
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
          SELECT extract(year FROM p.granted_on)::int, p.kind, p.renewal, count(*)::int
            FROM prefecture.residence_permit p
           WHERE p.granted_on BETWEEN first AND last AND p.ground = ANY (grounds)
           GROUP BY 1, 2, 3 $$;
      REVOKE EXECUTE ON FUNCTION prefecture.permits_granted FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION prefecture.permits_granted TO ${serve}`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP FUNCTION prefecture.permits_granted');
    for (const table of [...OF_UNIT, 'reflection_breach']) await openRows(queryRunner, `prefecture.${table}`);
  }
}
