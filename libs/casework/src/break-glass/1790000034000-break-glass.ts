import { secureRows, serviceRoles } from '@liaison/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { CASEWORKERS } from '../schema/1790000022000-casework';

/**
 * Openings in an emergency, and those that another agency has told of. Who opened what, why and for how long never
 * changes; nobody can be the reviewer of their own. The reason is read by the unit alone: counting needs none.
 */
export class BreakGlass1790000034000 implements MigrationInterface {
  readonly name = 'BreakGlass1790000034000';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { ingest, serve } = await serviceRoles(queryRunner);
    await queryRunner.query(`
      CREATE TABLE desk.break_glass (
        id uuid CONSTRAINT break_glass_pkey PRIMARY KEY,
        unit text NOT NULL,
        case_id uuid NOT NULL,
        agent text NOT NULL,
        ground text NOT NULL,
        reason text NOT NULL,
        fields json NOT NULL,
        origin text,
        opened_at timestamptz NOT NULL,
        until timestamptz NOT NULL,
        ended_at timestamptz,
        review_by timestamptz NOT NULL,
        verdict text,
        words text,
        reviewed_by text,
        reviewed_at timestamptz,
        version int NOT NULL,
        CONSTRAINT break_glass_ends CHECK (until > opened_at AND (ended_at IS NULL OR ended_at BETWEEN opened_at AND until)),
        CONSTRAINT break_glass_reviewed CHECK (num_nulls(verdict, words, reviewed_by, reviewed_at) IN (0, 4)),
        CONSTRAINT break_glass_second_person CHECK (reviewed_by <> agent)
      );
      CREATE INDEX break_glass_of_unit ON desk.break_glass (unit, id);
      CREATE INDEX break_glass_of_case ON desk.break_glass (case_id);
      CREATE INDEX break_glass_unreviewed ON desk.break_glass (review_by) WHERE reviewed_at IS NULL;

      CREATE TABLE desk.break_glass_told (
        sender text NOT NULL,
        opening uuid NOT NULL,
        unit text NOT NULL,
        case_id uuid NOT NULL,
        event_id uuid NOT NULL,
        convention text NOT NULL,
        ground text,
        fields json NOT NULL,
        opened_at timestamptz,
        until timestamptz,
        received_at timestamptz NOT NULL,
        noted_at timestamptz,
        noted_by text,
        CONSTRAINT break_glass_told_pkey PRIMARY KEY (sender, opening)
      );
      CREATE INDEX break_glass_told_of_unit ON desk.break_glass_told (unit, received_at);
      CREATE INDEX break_glass_told_of_case ON desk.break_glass_told (case_id)`);
    await queryRunner.query(`
      GRANT SELECT, INSERT, UPDATE (ended_at, verdict, words, reviewed_by, reviewed_at, version) ON desk.break_glass TO ${serve};
      GRANT SELECT (until, ended_at, review_by, reviewed_at) ON desk.break_glass TO ${ingest};
      GRANT SELECT, UPDATE (noted_at, noted_by) ON desk.break_glass_told TO ${serve};
      GRANT SELECT, INSERT ON desk.break_glass_told TO ${ingest}`);
    for (const table of ['break_glass', 'break_glass_told']) {
      await secureRows(queryRunner, `desk.${table}`, { roles: CASEWORKERS });
    }
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE desk.break_glass, desk.break_glass_told');
  }
}
