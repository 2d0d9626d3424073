import { secureRows, serviceRoles } from '@liaison/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { READERS } from '../roles';

/**
 * What a unit's notices are looked up by when somebody writes one that may be about the same person. Names in their
 * normal form are known to the service only, so a notice from before is found once it is changed. `serve` writes them with
 * the content, and deletes them with a draft's.
 */
export class NameKey1790000020000 implements MigrationInterface {
  readonly name = 'NameKey1790000020000';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { serve } = await serviceRoles(queryRunner);
    await queryRunner.query(`
      CREATE TABLE police.name_key (
        unit text NOT NULL,
        key text NOT NULL,
        notice_id uuid NOT NULL,
        CONSTRAINT name_key_pkey PRIMARY KEY (unit, key, notice_id)
      );
      CREATE INDEX name_key_notice ON police.name_key (notice_id);
      GRANT SELECT, INSERT, DELETE ON police.name_key TO ${serve}`);
    await secureRows(queryRunner, 'police.name_key', { roles: READERS });
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE police.name_key');
  }
}
