import { addRevokedFields, dropRevokedFields } from '@liaison/casework';
import { serviceRoles } from '@liaison/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Of what préfectures ask and report a revocation may reach some fields. */
export class PoliceRevokedFields1790000041610 implements MigrationInterface {
  readonly name = 'PoliceRevokedFields1790000041610';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { ingest } = await serviceRoles(queryRunner);
    for (const table of TABLES) await queryRunner.query(addRevokedFields(table, ingest));
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const table of TABLES) await queryRunner.query(dropRevokedFields(table));
  }
}

const TABLES = ['police.opinion_request', 'police.breach'];
