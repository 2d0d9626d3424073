import { unwatchTable, watchTable, type WatchedTable } from '@liaison/casework';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** In the change feed a breach that is voided, restricted or purged says so, and not once more that it is reported. */
export class BreachChanges1790000040600 implements MigrationInterface {
  readonly name = 'BreachChanges1790000040600';

  async up(queryRunner: QueryRunner): Promise<void> {
    await rewatch(queryRunner, [
      watched('INSERT', `CASE WHEN b.voided_at IS NOT NULL THEN 'voided' ELSE ${KIND} END`, 'new_rows b'),
      watched(
        'UPDATE',
        `CASE WHEN b.voided_at IS DISTINCT FROM o.voided_at THEN 'voided'
              WHEN b.purged_at > coalesce(o.purged_at, '-infinity') THEN 'purged'
              WHEN b.restricted_since > coalesce(o.restricted_since, '-infinity') THEN 'restricted'
              ELSE ${KIND} END`,
        'new_rows b JOIN old_rows o ON o.agency = b.agency AND o.breach_id = b.breach_id',
      ),
    ]);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await rewatch(queryRunner, [
      watched('INSERT', KIND, 'new_rows b'),
      watched('UPDATE', KIND, 'new_rows b'),
    ]);
  }
}

const KIND = `CASE WHEN b.remedied_on IS NULL THEN 'reported' ELSE 'remedied' END`;

const watched = (on: WatchedTable['on'], kind: string, from: string): WatchedTable => ({
  table: 'police.breach',
  on,
  select: `SELECT 'breach', b.breach_id, ${kind}, b.revision, n.id, n.unit
             FROM ${from} JOIN police.notice n ON n.id = b.notice_id`,
});

async function rewatch(queryRunner: QueryRunner, tables: readonly WatchedTable[]): Promise<void> {
  for (const table of tables) {
    await unwatchTable(queryRunner, table);
    await watchTable(queryRunner, table);
  }
}
