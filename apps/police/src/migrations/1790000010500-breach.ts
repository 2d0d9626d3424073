import { serviceRoles } from '@liaison/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Breaches of reflection periods, as préfectures report them: `ingest` keeps the newest revision, `serve` reads. */
export class Breach1790000010500 implements MigrationInterface {
  readonly name = 'Breach1790000010500';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { ingest, serve } = await serviceRoles(queryRunner);
    await queryRunner.query(`
      CREATE TABLE police.breach (
        agency text NOT NULL,
        breach_id uuid NOT NULL,
        revision int NOT NULL,
        notice_id uuid NOT NULL,
        event_id uuid NOT NULL,
        convention text NOT NULL,
        measure text,
        taken_on date,
        period_from date,
        period_until date,
        article text,
        departement text,
        reported_at timestamptz,
        remedied_on date,
        received_at timestamptz NOT NULL,
        CONSTRAINT breach_pkey PRIMARY KEY (agency, breach_id)
      );
      CREATE INDEX breach_notice ON police.breach (notice_id)`);
    await queryRunner.query(`
      GRANT SELECT ON police.breach TO ${serve};
      GRANT SELECT, INSERT, UPDATE (revision, event_id, convention, remedied_on, received_at) ON police.breach
        TO ${ingest}`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE police.breach');
  }
}
