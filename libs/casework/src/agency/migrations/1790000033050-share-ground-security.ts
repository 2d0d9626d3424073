import { openRows, secureRows } from '@liaison/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a disclosure rests on tells of the person as their case's facts do: who sees the case sees it. */
export class ShareGroundSecurity1790000033050 implements MigrationInterface {
  readonly name = 'ShareGroundSecurity1790000033050';

  async up(queryRunner: QueryRunner): Promise<void> {
    await secureRows(queryRunner, 'messaging.share_ground', {
      where: 'EXISTS (SELECT FROM messaging.cases c WHERE c.id = case_id)',
      roles: ['caseworker', 'supervisor', 'officer', 'desk'],
    });
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await openRows(queryRunner, 'messaging.share_ground');
  }
}
