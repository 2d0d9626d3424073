import { serviceRoles } from '@liaison/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addRevokedFields, dropRevokedFields } from './revoked-fields';

/** A revocation may reach some fields of what it names; without fields it is for the whole. */
export class RevokedFields1790000041500 implements MigrationInterface {
  readonly name = 'RevokedFields1790000041500';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { ingest } = await serviceRoles(queryRunner);
    await queryRunner.query(`
      ALTER TABLE casework.revocation ADD COLUMN fields text[];
      ALTER TABLE casework.share_order ADD COLUMN fields text[]`);
    for (const table of TABLES) await queryRunner.query(addRevokedFields(table, ingest));
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const table of TABLES) await queryRunner.query(dropRevokedFields(table));
    await queryRunner.query(`
      ALTER TABLE casework.revocation DROP COLUMN fields;
      ALTER TABLE casework.share_order DROP COLUMN fields`);
  }
}

const TABLES = ['desk.urgent_asked', 'desk.urgent_received'];
