import { serviceRoles } from '@liaison/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addRevokedFields, dropRevokedFields } from '../after-sharing/revoked-fields';

/** Of a referral that was received, too, a revocation may reach some fields. */
export class ReferralRevokedFields1790000041510 implements MigrationInterface {
  readonly name = 'ReferralRevokedFields1790000041510';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { ingest } = await serviceRoles(queryRunner);
    await queryRunner.query(addRevokedFields('referral.received', ingest));
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(dropRevokedFields('referral.received'));
  }
}
