import { serviceRoles } from '@liaison/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Years as they were released, once: a later release says the same, so that no two of them show who was added since.
 * Nobody changes or deletes them.
 */
export class ReleasedStatistics1790000010200 implements MigrationInterface {
  readonly name = 'ReleasedStatistics1790000010200';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { serve } = await serviceRoles(queryRunner);
    await queryRunner.query(`
      CREATE TABLE prefecture.released_year (
        year int NOT NULL CONSTRAINT released_year_pkey PRIMARY KEY,
        figures json NOT NULL,
        released_at timestamptz NOT NULL
      );
      GRANT SELECT, INSERT ON prefecture.released_year TO ${serve}`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE prefecture.released_year');
  }
}
