import { addRevokedFields, dropRevokedFields } from '@liaison/casework';
import { serviceRoles } from '@liaison/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Of a notice, and of an answer to a request for an opinion, a revocation may reach some fields. What was received is still
 * not rewritten: beside being emptied, a notice may lose values, and only where it is noted which fields were revoked.
 */
export class PrefectureRevokedFields1790000041600 implements MigrationInterface {
  readonly name = 'PrefectureRevokedFields1790000041600';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { ingest } = await serviceRoles(queryRunner);
    for (const table of TABLES) await queryRunner.query(addRevokedFields(table, ingest));
    await queryRunner.query(
      onlyEmptied(`
  IF jsonb_array_length(NEW.revoked_fields) > jsonb_array_length(OLD.revoked_fields)
     AND OLD.content::jsonb @> NEW.content::jsonb
     AND NEW.withheld::jsonb @> OLD.withheld::jsonb
     AND NEW.provenance::text = OLD.provenance::text THEN RETURN NEW; END IF;`),
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(onlyEmptied(''));
    for (const table of TABLES) await queryRunner.query(dropRevokedFields(table));
  }
}

const TABLES = ['prefecture.received_notice', 'prefecture.opinion_request'];

const onlyEmptied = (lessens: string) => `
CREATE OR REPLACE FUNCTION prefecture.only_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.state = 'voided' AND NEW.content::text = '{}' THEN RETURN NEW; END IF;${lessens}
  RAISE EXCEPTION 'what was received is not rewritten' USING ERRCODE = 'insufficient_privilege';
END $$`;
