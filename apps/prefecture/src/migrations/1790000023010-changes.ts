import { unwatchTable, watchTable, type WatchedTable } from '@liaison/casework';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What of this service's tables is told in the change feed: everything that its readers can find again. */
export class PrefectureChanges1790000023010 implements MigrationInterface {
  readonly name = 'PrefectureChanges1790000023010';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const watched of WATCHED) await watchTable(queryRunner, watched);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const watched of WATCHED) await unwatchTable(queryRunner, watched);
  }
}

const WATCHED: readonly WatchedTable[] = [
  {
    table: 'prefecture.received_notice',
    on: 'INSERT',
    select: `SELECT 'notice', n.id, 'received', n.version, n.case_id, n.unit FROM new_rows n`,
  },
  {
    table: 'prefecture.received_notice',
    on: 'UPDATE',
    select: `SELECT 'notice', n.id,
                    CASE WHEN n.state <> o.state THEN n.state WHEN n.standing <> o.standing THEN n.standing
                         ELSE 'changed' END, n.version, n.case_id, n.unit
               FROM new_rows n JOIN old_rows o ON o.id = n.id`,
  },
  {
    table: 'prefecture.reflection_period',
    on: 'INSERT',
    select: `SELECT 'reflection-period', p.id, 'opened', p.version, p.case_id, p.unit FROM new_rows p`,
  },
  {
    table: 'prefecture.reflection_period',
    on: 'UPDATE',
    select: `SELECT 'reflection-period', p.id, CASE WHEN p.ended_on IS NULL THEN 'changed' ELSE 'ended' END, p.version,
                    p.case_id, p.unit
               FROM new_rows p`,
  },
  {
    table: 'prefecture.reflection_breach',
    on: 'INSERT',
    select: `SELECT 'reflection-period', p.id, 'breached', p.version, p.case_id, p.unit
               FROM new_rows b JOIN prefecture.reflection_period p ON p.id = b.period_id`,
  },
  {
    table: 'prefecture.reflection_breach',
    on: 'UPDATE',
    select: `SELECT 'reflection-period', p.id, 'breach-remedied', p.version, p.case_id, p.unit
               FROM new_rows b JOIN prefecture.reflection_period p ON p.id = b.period_id`,
  },
  {
    table: 'prefecture.residence_permit',
    on: 'INSERT',
    select: `SELECT 'permit', p.id, p.state, p.version, p.case_id, p.unit FROM new_rows p`,
  },
  {
    table: 'prefecture.residence_permit',
    on: 'UPDATE',
    select: `SELECT 'permit', p.id, CASE WHEN p.state <> o.state THEN p.state ELSE 'changed' END, p.version, p.case_id,
                    p.unit
               FROM new_rows p JOIN old_rows o ON o.id = p.id`,
  },
  {
    table: 'prefecture.agdref_extract',
    on: 'INSERT',
    select: `SELECT 'agdref-extract', e.id, e.state, e.version, NULL::uuid, e.unit FROM new_rows e`,
  },
  {
    table: 'prefecture.agdref_extract',
    on: 'UPDATE',
    select: `SELECT 'agdref-extract', e.id, e.state, e.version, NULL::uuid, e.unit FROM new_rows e`,
  },
];
