import { serviceRoles } from '@liaison/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Applications for permits and what became of them. `serve` adds and writes what was decided; who it is about, on what
 * ground and since when does not change; nobody deletes.
 */
export class Permit1790000010100 implements MigrationInterface {
  readonly name = 'Permit1790000010100';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { serve } = await serviceRoles(queryRunner);
    await queryRunner.query(`
      CREATE TABLE prefecture.residence_permit (
        id uuid NOT NULL CONSTRAINT residence_permit_pkey PRIMARY KEY,
        case_id uuid,
        notice_id uuid,
        renewal_of uuid,
        unit text NOT NULL,
        holder json NOT NULL,
        ground text NOT NULL,
        kind text NOT NULL,
        renewal boolean NOT NULL,
        lodged_on date NOT NULL,
        lodged_by text NOT NULL,
        situation json NOT NULL,
        state text NOT NULL,
        version int NOT NULL,
        granted_on date,
        valid_until date,
        record json NOT NULL,
        CONSTRAINT residence_permit_granted CHECK (num_nulls(granted_on, valid_until) IN (0, 2)),
        CONSTRAINT residence_permit_renewal_of FOREIGN KEY (renewal_of) REFERENCES prefecture.residence_permit (id)
      );
      CREATE INDEX residence_permit_of_unit ON prefecture.residence_permit (unit, id);
      CREATE INDEX residence_permit_granted_on ON prefecture.residence_permit (granted_on)`);
    await queryRunner.query(`
      GRANT SELECT, INSERT, UPDATE (situation, state, version, granted_on, valid_until, record)
        ON prefecture.residence_permit TO ${serve}`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE prefecture.residence_permit');
  }
}
