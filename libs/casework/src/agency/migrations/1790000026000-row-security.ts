import { openRows, secureRows } from '@liaison/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLES = ['messaging.cases', 'messaging.event_document'];

/** Cases with their facts, and the documents of events, are a unit's own; an operator has no part in either. */
export class RowSecurity1790000026000 implements MigrationInterface {
  readonly name = 'RowSecurity1790000026000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const table of TABLES) {
      await secureRows(queryRunner, table, { roles: ['caseworker', 'supervisor', 'officer', 'desk'] });
    }
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const table of TABLES) await openRows(queryRunner, table);
  }
}
