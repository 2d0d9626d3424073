import { secureRows, serviceRoles } from '@liaison/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { unwatchTable, watchTable, type WatchedTable } from '../changes/watch-table';
import { CASEWORKERS } from '../schema/1790000022000-casework';

/**
 * What this agency asks of others in an emergency, and what others ask of it. What was asked, in its words, is the event's
 * document: it is not held twice where it was written. Who asked what of whom and by when never changes.
 */
export class UrgentRequest1790000037000 implements MigrationInterface {
  readonly name = 'UrgentRequest1790000037000';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { ingest, serve } = await serviceRoles(queryRunner);
    await queryRunner.query(TABLES);
    await queryRunner.query(`
      GRANT SELECT, INSERT, UPDATE (read_at, read_by) ON desk.urgent_asked TO ${serve};
      GRANT SELECT, UPDATE (state, version, answered_at, answer_event, convention, answer, withheld, keep_until,
                            overdue_told_at) ON desk.urgent_asked TO ${ingest};
      GRANT SELECT, UPDATE (state, version, answered_at, answered_by, reason, answer_version)
         ON desk.urgent_received TO ${serve};
      GRANT SELECT, INSERT, UPDATE (state, version, content, withheld, keep_until, overdue_told_at)
         ON desk.urgent_received TO ${ingest}`);
    for (const table of ['urgent_asked', 'urgent_received']) {
      await secureRows(queryRunner, `desk.${table}`, { roles: CASEWORKERS });
    }
    for (const watched of WATCHED) await watchTable(queryRunner, watched);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const watched of WATCHED) await unwatchTable(queryRunner, watched);
    await queryRunner.query('DROP TABLE desk.urgent_asked, desk.urgent_received');
  }
}

const TABLES = `
CREATE TABLE desk.urgent_asked (
  id uuid CONSTRAINT urgent_asked_pkey PRIMARY KEY,
  unit text NOT NULL,
  -- The unit's own case that it is about, and the case of the request itself, which only the agency that is asked knows.
  case_id uuid,
  request_case uuid NOT NULL,
  agency text NOT NULL,
  agency_unit text,
  ground text NOT NULL,
  asked_by text NOT NULL,
  asked_at timestamptz NOT NULL,
  due_at timestamptz NOT NULL,
  state text NOT NULL,
  version int NOT NULL,
  answered_at timestamptz,
  answer_event uuid,
  convention text,
  answer json,
  withheld json,
  keep_until timestamptz,
  -- By whoever was first to read the answer.
  read_at timestamptz,
  read_by text,
  overdue_told_at timestamptz,
  CONSTRAINT urgent_asked_state CHECK (state IN ('asked', 'answered', 'refused')),
  CONSTRAINT urgent_asked_answer CHECK (
    num_nulls(answered_at, answer_event, convention, withheld) = CASE state WHEN 'asked' THEN 4 ELSE 0 END)
);
CREATE INDEX urgent_asked_of_unit ON desk.urgent_asked (unit, id);
CREATE INDEX urgent_asked_of_case ON desk.urgent_asked (case_id);
CREATE INDEX urgent_asked_untold ON desk.urgent_asked (due_at) WHERE state = 'asked' AND overdue_told_at IS NULL;
CREATE INDEX urgent_asked_keep_until ON desk.urgent_asked (keep_until) WHERE answer IS NOT NULL;

CREATE TABLE desk.urgent_received (
  id uuid CONSTRAINT urgent_received_pkey PRIMARY KEY,
  agency text NOT NULL,
  request uuid NOT NULL,
  unit text NOT NULL,
  case_id uuid,
  request_case uuid NOT NULL,
  event_id uuid NOT NULL,
  purpose text NOT NULL,
  convention text NOT NULL,
  ground text,
  content json,
  withheld json NOT NULL,
  keep_until timestamptz,
  received_at timestamptz NOT NULL,
  due_at timestamptz,
  state text NOT NULL,
  version int NOT NULL,
  answered_at timestamptz,
  answered_by text,
  reason text,
  answer_version int,
  overdue_told_at timestamptz,
  CONSTRAINT urgent_received_once UNIQUE (agency, request),
  CONSTRAINT urgent_received_state CHECK (state IN ('open', 'answered', 'refused', 'taken-back')),
  CONSTRAINT urgent_received_answer CHECK (
    num_nulls(answered_at, answered_by, answer_version) IN (0, 3)
    AND (state NOT IN ('answered', 'refused') OR answered_at IS NOT NULL)
    AND (state <> 'refused' OR reason IS NOT NULL))
);
CREATE INDEX urgent_received_of_unit ON desk.urgent_received (unit, id);
CREATE INDEX urgent_received_of_case ON desk.urgent_received (case_id);
CREATE INDEX urgent_received_untold ON desk.urgent_received (due_at) WHERE state = 'open' AND overdue_told_at IS NULL;
CREATE INDEX urgent_received_keep_until ON desk.urgent_received (keep_until) WHERE content IS NOT NULL`;

const asChanged = (resource: string, also = '') => `
  SELECT '${resource}', r.id,
         CASE WHEN r.state <> o.state THEN CASE r.state WHEN 'open' THEN 'asked' ELSE r.state END
              WHEN r.overdue_told_at IS DISTINCT FROM o.overdue_told_at THEN 'overdue'
              ${also}
              ELSE 'changed' END,
         r.version, r.case_id, r.unit
    FROM new_rows r JOIN old_rows o ON o.id = r.id`;

const READ = `WHEN r.read_at IS DISTINCT FROM o.read_at THEN 'read'`;

const WATCHED: readonly WatchedTable[] = [
  {
    table: 'desk.urgent_asked',
    on: 'INSERT',
    select: `SELECT 'urgent-request', r.id, 'asked', r.version, r.case_id, r.unit FROM new_rows r`,
  },
  { table: 'desk.urgent_asked', on: 'UPDATE', select: asChanged('urgent-request', READ) },
  {
    table: 'desk.urgent_received',
    on: 'INSERT',
    select: `SELECT 'urgent-received', r.id, 'asked', r.version, r.case_id, r.unit FROM new_rows r`,
  },
  { table: 'desk.urgent_received', on: 'UPDATE', select: asChanged('urgent-received') },
];
