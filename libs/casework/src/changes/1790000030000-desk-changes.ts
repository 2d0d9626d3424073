import type { MigrationInterface, QueryRunner } from 'typeorm';
import { unwatchTable, watchTable, type WatchedTable } from './watch-table';

/** What caseworkers add to cases is told in the change feed too: that it is there, never what it says. */
export class DeskChanges1790000030000 implements MigrationInterface {
  readonly name = 'DeskChanges1790000030000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const watched of WATCHED) await watchTable(queryRunner, watched);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const watched of WATCHED) await unwatchTable(queryRunner, watched);
  }
}

const WATCHED: readonly WatchedTable[] = [
  {
    // A case has one assignment: it goes by the case's id.
    table: 'desk.assignment_change',
    on: 'INSERT',
    select: `SELECT 'assignment', c.case_id, c.kind, c.version, c.case_id, c.unit FROM new_rows c`,
  },
  {
    table: 'desk.note',
    on: 'INSERT',
    select: `SELECT 'note', n.id, CASE WHEN n.corrects IS NULL THEN 'written' ELSE 'corrected' END, NULL::int, n.case_id,
                    n.unit FROM new_rows n`,
  },
];
