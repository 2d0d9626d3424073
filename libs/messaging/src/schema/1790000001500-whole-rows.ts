import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Documents, records and sealed bytes are about 2 KB, just where PostgreSQL begins to compress and to move values out of
 * their row: a third of what writing them cost. Up to 8 KB they stay in their row as they are.
 */
export class WholeRows1790000001500 implements MigrationInterface {
  readonly name = 'WholeRows1790000001500';

  async up(queryRunner: QueryRunner): Promise<void> {
    await keepRowsWhole(queryRunner, ...TABLES);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const table of TABLES) await queryRunner.query(`ALTER TABLE ${table} RESET (toast_tuple_target)`);
  }
}

const TABLES = ['event_document', 'audit_record', 'sealed_body', 'inbox'].map(
  (table) => `messaging.${table}`,
);

/** The largest that PostgreSQL allows; tables that hold a notice or a record want it, in every service. */
export async function keepRowsWhole(queryRunner: QueryRunner, ...tables: readonly string[]): Promise<void> {
  for (const table of tables) await queryRunner.query(`ALTER TABLE ${table} SET (toast_tuple_target = 8160)`);
}
