import { secureRows, serviceRoles } from '@liaison/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { CASEWORKERS } from '../schema/1790000022000-casework';

/**
 * What persons said of telling whom about them. A register: nothing in it changes, for what was relied on is shown long after it
 * was withdrawn (RGPD 7(1)). What decides stands in the facts of cases; whoever sends does not read this.
 */
export class Consent1790000047000 implements MigrationInterface {
  readonly name = 'Consent1790000047000';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { serve } = await serviceRoles(queryRunner);
    await queryRunner.query(`
      CREATE TABLE casework.consent (
        id uuid NOT NULL CONSTRAINT consent_pkey PRIMARY KEY,
        case_id uuid NOT NULL,
        unit text NOT NULL,
        recipient_kind text NOT NULL,
        purpose text NOT NULL,
        value text NOT NULL CONSTRAINT consent_value CHECK (value IN ('given', 'refused', 'withdrawn')),
        said_on date NOT NULL,
        form text,
        language text,
        explained_as text,
        author text NOT NULL,
        at timestamptz NOT NULL
      );
      CREATE INDEX consent_of_case ON casework.consent (unit, case_id, recipient_kind, purpose, at DESC, id DESC);
      GRANT SELECT, INSERT ON casework.consent TO ${serve}`);
    await secureRows(queryRunner, 'casework.consent', { roles: CASEWORKERS });
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE casework.consent');
  }
}
