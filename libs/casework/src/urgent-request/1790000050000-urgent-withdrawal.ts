import { serviceRoles } from '@liaison/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who withdrew an urgent request and when; since when one that came is taken back. */
export class UrgentWithdrawal1790000050000 implements MigrationInterface {
  readonly name = 'UrgentWithdrawal1790000050000';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { ingest, serve } = await serviceRoles(queryRunner);
    await queryRunner.query(`
      ALTER TABLE desk.urgent_asked
        ADD COLUMN withdrawn_at timestamptz,
        ADD COLUMN withdrawn_by text,
        DROP CONSTRAINT urgent_asked_state,
        DROP CONSTRAINT urgent_asked_answer,
        ADD CONSTRAINT urgent_asked_state CHECK (state IN ('asked', 'answered', 'refused', 'withdrawn')),
        ADD CONSTRAINT urgent_asked_answer CHECK (
          num_nulls(answered_at, answer_event, convention, withheld)
            = CASE WHEN state IN ('asked', 'withdrawn') THEN 4 ELSE 0 END),
        -- An answer may cross a withdrawal; a request that nobody withdrew is none that was.
        ADD CONSTRAINT urgent_asked_withdrawn CHECK (
          num_nulls(withdrawn_at, withdrawn_by) IN (0, 2)
          AND (state <> 'withdrawn' OR withdrawn_at IS NOT NULL) AND (state <> 'asked' OR withdrawn_at IS NULL));
      ALTER TABLE desk.urgent_received ADD COLUMN taken_back_at timestamptz;
      GRANT UPDATE (state, version, withdrawn_at, withdrawn_by) ON desk.urgent_asked TO ${serve};
      GRANT UPDATE (taken_back_at) ON desk.urgent_received TO ${ingest}`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE desk.urgent_received DROP COLUMN taken_back_at;
      ALTER TABLE desk.urgent_asked
        DROP CONSTRAINT urgent_asked_withdrawn,
        DROP CONSTRAINT urgent_asked_state,
        DROP CONSTRAINT urgent_asked_answer,
        DROP COLUMN withdrawn_at,
        DROP COLUMN withdrawn_by,
        ADD CONSTRAINT urgent_asked_state CHECK (state IN ('asked', 'answered', 'refused')),
        ADD CONSTRAINT urgent_asked_answer CHECK (
          num_nulls(answered_at, answer_event, convention, withheld) = CASE state WHEN 'asked' THEN 4 ELSE 0 END)`);
  }
}
