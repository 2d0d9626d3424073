import { secureRows, serviceRoles } from '@liaison/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { CASEWORKERS } from '../schema/1790000022000-casework';

/** Deliveries about the person of a case that are not the case's own: what the person says of telling others reaches them too. */
export class AboutCase1790000052000 implements MigrationInterface {
  readonly name = 'AboutCase1790000052000';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { serve } = await serviceRoles(queryRunner);
    await queryRunner.query(`
      CREATE TABLE casework.about_case (
        delivery_id uuid NOT NULL CONSTRAINT about_case_pkey PRIMARY KEY,
        case_id uuid NOT NULL,
        unit text NOT NULL
      );
      CREATE INDEX about_case_of_case ON casework.about_case (case_id, unit);
      GRANT SELECT, INSERT ON casework.about_case TO ${serve}`);
    await secureRows(queryRunner, 'casework.about_case', { roles: CASEWORKERS });
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE casework.about_case');
  }
}
