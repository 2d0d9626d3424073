import { unwatchTable, watchTable, type WatchedTable } from '@liaison/casework';
import { secureRows, serviceRoles } from '@liaison/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { CASEWORKERS } from '../roles';

/** Conflicts of competence that this agency is asked to decide: départements, grounds and days, and nobody's case. */
export class Arbitration1790000049000 implements MigrationInterface {
  readonly name = 'Arbitration1790000049000';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { ingest, serve } = await serviceRoles(queryRunner);
    await queryRunner.query(`
      CREATE SCHEMA arbitration;

      CREATE TABLE arbitration.asked (
        id uuid NOT NULL CONSTRAINT arbitration_pkey PRIMARY KEY,
        unit text NOT NULL,
        -- Of this agency, for the answer; no case of a person.
        case_id uuid NOT NULL,
        sender text NOT NULL,
        conflict uuid NOT NULL,
        event_id uuid NOT NULL,
        received_at timestamptz NOT NULL,
        purpose text NOT NULL,
        convention text NOT NULL,
        level text NOT NULL,
        sheltering text NOT NULL,
        claimed text NOT NULL,
        content json NOT NULL,
        decide_by timestamptz NOT NULL,
        state text NOT NULL
          CONSTRAINT arbitration_state CHECK (state IN ('open', 'decided', 'left-undecided', 'closed')),
        version int NOT NULL,
        competent text,
        outcome text,
        answered_at timestamptz,
        answered_by text,
        keep_until timestamptz,
        emptied_at timestamptz,
        overdue_told_at timestamptz,
        CONSTRAINT arbitration_conflict UNIQUE (sender, conflict),
        CONSTRAINT arbitration_answered CHECK (num_nulls(answered_at, answered_by) IN (0, 2))
      );
      CREATE INDEX arbitration_of_unit ON arbitration.asked (unit, received_at, id);
      CREATE INDEX arbitration_open ON arbitration.asked (decide_by) WHERE state = 'open';
      CREATE INDEX arbitration_keep_until ON arbitration.asked (keep_until) WHERE emptied_at IS NULL`);
    await queryRunner.query(`
      GRANT USAGE ON SCHEMA arbitration TO ${ingest}, ${serve};
      GRANT SELECT, UPDATE (state, version, competent, answered_at, answered_by) ON arbitration.asked TO ${serve};
      GRANT SELECT, INSERT, UPDATE (event_id, received_at, convention, level, sheltering, claimed, content, decide_by, state,
        version, competent, outcome, answered_at, answered_by, keep_until, emptied_at, overdue_told_at)
        ON arbitration.asked TO ${ingest}`);
    await secureRows(queryRunner, 'arbitration.asked', { roles: CASEWORKERS });
    for (const watched of WATCHED) await watchTable(queryRunner, watched);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const watched of WATCHED) await unwatchTable(queryRunner, watched);
    await queryRunner.query('DROP SCHEMA arbitration CASCADE');
  }
}

/** What of it is told in the change feed: a conflict of competence is nobody's case here. */
const WATCHED: readonly WatchedTable[] = [
  {
    table: 'arbitration.asked',
    on: 'INSERT',
    select: `SELECT 'competence-arbitration', a.id, 'asked', a.version, NULL::uuid, a.unit FROM new_rows a`,
  },
  {
    table: 'arbitration.asked',
    on: 'UPDATE',
    select: `SELECT 'competence-arbitration', a.id,
                    CASE WHEN o.event_id <> a.event_id THEN 'asked'
                         WHEN o.state <> a.state THEN a.state
                         WHEN o.overdue_told_at IS NULL AND a.overdue_told_at IS NOT NULL THEN 'overdue'
                         ELSE 'changed' END, a.version, NULL::uuid, a.unit
               FROM new_rows a JOIN old_rows o ON o.id = a.id`,
  },
];
