import { serviceRoles } from '@liaison/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The register of receipts: one reflection period a case, its breaches, and the numbers of the receipts. `serve` adds;
 * of a period it writes how it ended, of a breach how it was remedied; nobody deletes, `ingest` has no part in it.
 */
export class ReflectionPeriod1790000010000 implements MigrationInterface {
  readonly name = 'ReflectionPeriod1790000010000';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { serve } = await serviceRoles(queryRunner);
    await queryRunner.query(`
      CREATE TABLE prefecture.reflection_period (
        id uuid NOT NULL CONSTRAINT reflection_period_pkey PRIMARY KEY,
        case_id uuid NOT NULL,
        notice_id uuid NOT NULL,
        reference uuid NOT NULL,
        unit text NOT NULL,
        departement text,
        receipt_number text NOT NULL,
        from_day date NOT NULL,
        last_day date NOT NULL,
        article text NOT NULL,
        language text NOT NULL,
        holder json NOT NULL,
        opened_by text NOT NULL,
        opened_at timestamptz NOT NULL,
        version int NOT NULL,
        ended_on date,
        end_reason text,
        CONSTRAINT reflection_period_case UNIQUE (case_id),
        CONSTRAINT reflection_period_receipt UNIQUE (receipt_number),
        CONSTRAINT reflection_period_days CHECK (
          from_day <= last_day AND num_nulls(ended_on, end_reason) IN (0, 2)
          AND (ended_on IS NULL OR ended_on BETWEEN from_day AND last_day))
      );
      CREATE INDEX reflection_period_of_unit ON prefecture.reflection_period (unit, last_day, id);

      CREATE TABLE prefecture.reflection_breach (
        id uuid NOT NULL CONSTRAINT reflection_breach_pkey PRIMARY KEY,
        period_id uuid NOT NULL,
        measure text NOT NULL,
        taken_on date NOT NULL,
        reported_at timestamptz NOT NULL,
        remedied_on date,
        revision int NOT NULL,
        CONSTRAINT reflection_breach_period FOREIGN KEY (period_id) REFERENCES prefecture.reflection_period (id)
      );
      CREATE INDEX reflection_breach_of_period ON prefecture.reflection_breach (period_id);

      CREATE TABLE prefecture.receipt_counter (
        year int NOT NULL CONSTRAINT receipt_counter_pkey PRIMARY KEY,
        last int NOT NULL
      )`);
    await queryRunner.query(`
      GRANT SELECT, INSERT, UPDATE (version, ended_on, end_reason) ON prefecture.reflection_period TO ${serve};
      GRANT SELECT, INSERT, UPDATE (remedied_on, revision) ON prefecture.reflection_breach TO ${serve};
      GRANT SELECT, INSERT, UPDATE (last) ON prefecture.receipt_counter TO ${serve}`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      'DROP TABLE prefecture.receipt_counter, prefecture.reflection_breach, prefecture.reflection_period',
    );
  }
}
