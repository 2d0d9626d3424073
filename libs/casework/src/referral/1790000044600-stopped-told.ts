import { serviceRoles } from '@liaison/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { unwatchTable, watchTable, type WatchedTable } from '../changes/watch-table';

/** The change feed tells that a referral has stopped on its way, once each time, and so does mail. */
export class StoppedTold1790000044600 implements MigrationInterface {
  readonly name = 'StoppedTold1790000044600';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { ingest, serve } = await serviceRoles(queryRunner);
    await queryRunner.query(`
      ALTER TABLE referral.told ADD COLUMN stopped_told_at timestamptz;
      CREATE INDEX told_unstopped ON referral.told (referral_id)
        WHERE acknowledged_at IS NULL AND stopped_told_at IS NULL;
      GRANT UPDATE (overdue_told_at, stopped_told_at) ON referral.told TO ${serve};
      GRANT UPDATE (stopped_told_at) ON referral.told TO ${ingest}`);
    await unwatchTable(queryRunner, TOLD_BEFORE);
    await watchTable(queryRunner, TOLD);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await unwatchTable(queryRunner, TOLD);
    await watchTable(queryRunner, TOLD_BEFORE);
    await queryRunner.query('ALTER TABLE referral.told DROP COLUMN stopped_told_at');
  }
}

const told = (kind: string, which: string): WatchedTable => ({
  table: 'referral.told',
  on: 'UPDATE',
  select: `SELECT 'referral', t.referral_id, ${kind}, m.version, t.referral_id, t.unit
             FROM new_rows t JOIN old_rows o ON o.referral_id = t.referral_id AND o.agency = t.agency
             JOIN referral.made m ON m.id = t.referral_id
            WHERE ${which}`,
});

const OVERDUE = 'o.overdue_told_at IS NULL AND t.overdue_told_at IS NOT NULL';
const STOPPED = 'o.stopped_told_at IS NULL AND t.stopped_told_at IS NOT NULL';
const TOLD_BEFORE = told(`'overdue'`, OVERDUE);
const TOLD = told(`CASE WHEN ${STOPPED} THEN 'stopped' ELSE 'overdue' END`, `(${OVERDUE}) OR (${STOPPED})`);
