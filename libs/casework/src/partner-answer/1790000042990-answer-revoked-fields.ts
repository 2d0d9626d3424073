import { serviceRoles } from '@liaison/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addRevokedFields, dropRevokedFields } from '../after-sharing/revoked-fields';

/** Of what a partner answered, too, a revocation may reach some fields. */
export class AnswerRevokedFields1790000042990 implements MigrationInterface {
  readonly name = 'AnswerRevokedFields1790000042990';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { ingest } = await serviceRoles(queryRunner);
    await queryRunner.query(addRevokedFields('partner.answer_received', ingest));
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(dropRevokedFields('partner.answer_received'));
  }
}
