import { secureRows, serviceRoles } from '@liaison/platform';
import { unwatchTable, watchTable, type WatchedTable } from '@liaison/casework';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { CASEWORKERS } from '../roles';

/** Conflicts of competence that this agency keeps, claims that came, and provisional shelter. Of a child only what came stands here. */
export class Competence1790000044000 implements MigrationInterface {
  readonly name = 'Competence1790000044000';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { ingest, serve } = await serviceRoles(queryRunner);
    await queryRunner.query(`
      CREATE SCHEMA competence;

      CREATE TABLE competence.conflict (
        id uuid NOT NULL CONSTRAINT conflict_pkey PRIMARY KEY,
        unit text NOT NULL,
        case_id uuid NOT NULL,
        claimed_by text NOT NULL,
        claimed_at timestamptz NOT NULL,
        agency text NOT NULL,
        own text NOT NULL,
        claimed text NOT NULL,
        ground text NOT NULL,
        case_version int NOT NULL,
        state text NOT NULL CONSTRAINT conflict_state CHECK (state IN
          ('claimed', 'in-conflict', 'decided', 'handed-over', 'taken-over', 'withdrawn', 'of-age')),
        version int NOT NULL,
        level text,
        due_at timestamptz,
        competent text,
        decided_by text,
        decided_at timestamptz,
        answered_at timestamptz,
        refusal text,
        answer_account text,
        answer_event uuid,
        answer_convention text,
        file_version int,
        kept_back int,
        handed_over_at timestamptz,
        taken_over_at timestamptz,
        of_age_at timestamptz,
        overdue_told_at timestamptz
      );
      CREATE INDEX conflict_of_unit ON competence.conflict (unit, id);
      CREATE INDEX conflict_of_case ON competence.conflict (case_id);
      CREATE UNIQUE INDEX conflict_live ON competence.conflict (case_id)
        WHERE state IN ('claimed', 'in-conflict', 'handed-over');
      CREATE INDEX conflict_coming_of_age ON competence.conflict (of_age_at)
        WHERE state IN ('claimed', 'in-conflict', 'decided');

      CREATE TABLE competence.asked (
        conflict_id uuid NOT NULL,
        agency text NOT NULL,
        unit text NOT NULL,
        level text NOT NULL,
        asked_at timestamptz NOT NULL,
        CONSTRAINT asked_pkey PRIMARY KEY (conflict_id, agency)
      );

      CREATE TABLE competence.claim (
        id uuid NOT NULL CONSTRAINT claim_pkey PRIMARY KEY,
        unit text NOT NULL,
        case_id uuid NOT NULL,
        sender text NOT NULL,
        conflict uuid NOT NULL,
        reference uuid NOT NULL,
        event_id uuid NOT NULL,
        received_at timestamptz NOT NULL,
        purpose text NOT NULL,
        convention text NOT NULL,
        departement text,
        content json NOT NULL,
        withheld json NOT NULL,
        answer_by timestamptz,
        state text NOT NULL CONSTRAINT claim_state CHECK (state IN
          ('received', 'accepted', 'refused', 'decided', 'file-received', 'taken-over', 'ended')),
        version int NOT NULL,
        level text,
        decide_by timestamptz,
        competent text,
        outcome text,
        answered_at timestamptz,
        file_id uuid,
        file_event uuid,
        file_convention text,
        file json,
        file_withheld json,
        file_received_at timestamptz,
        taken_over_at timestamptz,
        keep_until timestamptz,
        restricted_since timestamptz,
        purged_at timestamptz,
        purge_reason text,
        overdue_told_at timestamptz,
        CONSTRAINT claim_conflict UNIQUE (sender, conflict)
      );
      CREATE INDEX claim_of_unit ON competence.claim (unit, received_at, id);
      CREATE INDEX claim_of_case ON competence.claim (case_id);
      CREATE INDEX claim_keep_until ON competence.claim (keep_until) WHERE purged_at IS NULL;

      CREATE TABLE competence.shelter (
        id uuid NOT NULL CONSTRAINT shelter_pkey PRIMARY KEY,
        unit text NOT NULL,
        case_id uuid NOT NULL,
        from_day date NOT NULL,
        last_day date NOT NULL,
        due_at timestamptz NOT NULL,
        extensions int NOT NULL,
        ended_on date,
        end_reason text,
        version int NOT NULL,
        recorded_at timestamptz NOT NULL,
        overdue_told_at timestamptz
      );
      CREATE INDEX shelter_of_unit ON competence.shelter (unit, id);
      CREATE UNIQUE INDEX shelter_live ON competence.shelter (case_id) WHERE ended_on IS NULL`);
    await queryRunner.query(`
      GRANT USAGE ON SCHEMA competence TO ${ingest}, ${serve};
      GRANT SELECT, INSERT, UPDATE (state, version, level, due_at, competent, decided_by, decided_at, file_version, kept_back,
        handed_over_at, overdue_told_at) ON competence.conflict TO ${serve};
      GRANT SELECT, UPDATE (state, version, level, due_at, competent, decided_by, decided_at, answered_at, refusal,
        answer_account, answer_event, answer_convention, taken_over_at, overdue_told_at) ON competence.conflict TO ${ingest};
      GRANT SELECT, INSERT, UPDATE (level, asked_at) ON competence.asked TO ${serve};
      GRANT SELECT ON competence.asked TO ${ingest};
      GRANT SELECT, UPDATE (state, version, answered_at, taken_over_at) ON competence.claim TO ${serve};
      GRANT SELECT, INSERT, UPDATE (event_id, convention, departement, content, withheld, answer_by, state, version,
        level, decide_by, competent, outcome, file_id, file_event, file_convention, file, file_withheld, file_received_at,
        keep_until, restricted_since, purged_at, purge_reason, overdue_told_at) ON competence.claim TO ${ingest};
      GRANT SELECT, INSERT, UPDATE (last_day, due_at, extensions, ended_on, end_reason, version, overdue_told_at)
        ON competence.shelter TO ${serve};
      GRANT SELECT, UPDATE (overdue_told_at) ON competence.shelter TO ${ingest}`);
    for (const table of TABLES) await secureRows(queryRunner, table, { roles: CASEWORKERS });
    for (const watched of WATCHED) await watchTable(queryRunner, watched);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const watched of WATCHED) await unwatchTable(queryRunner, watched);
    await queryRunner.query('DROP SCHEMA competence CASCADE');
  }
}

const TABLES = ['competence.conflict', 'competence.asked', 'competence.claim', 'competence.shelter'];

const changed = (table: string, resource: string): WatchedTable => ({
  table,
  on: 'UPDATE',
  select: `SELECT '${resource}', n.id,
                  CASE WHEN o.state <> n.state THEN n.state
                       WHEN o.overdue_told_at IS NULL AND n.overdue_told_at IS NOT NULL THEN 'overdue'
                       ELSE 'changed' END, n.version, n.case_id, n.unit
             FROM new_rows n JOIN old_rows o ON o.id = n.id`,
});

/** What of them is told in the change feed. */
const WATCHED: readonly WatchedTable[] = [
  {
    table: 'competence.conflict',
    on: 'INSERT',
    select: `SELECT 'competence-conflict', n.id, 'claimed', n.version, n.case_id, n.unit FROM new_rows n`,
  },
  changed('competence.conflict', 'competence-conflict'),
  {
    table: 'competence.claim',
    on: 'INSERT',
    select: `SELECT 'competence-claim', n.id, 'received', n.version, n.case_id, n.unit FROM new_rows n`,
  },
  changed('competence.claim', 'competence-claim'),
  {
    table: 'competence.shelter',
    on: 'INSERT',
    select: `SELECT 'provisional-shelter', n.id, 'sheltered', n.version, n.case_id, n.unit FROM new_rows n`,
  },
  {
    table: 'competence.shelter',
    on: 'UPDATE',
    select: `SELECT 'provisional-shelter', n.id,
                    CASE WHEN o.overdue_told_at IS NULL AND n.overdue_told_at IS NOT NULL THEN 'overdue'
                         WHEN o.ended_on IS NULL AND n.ended_on IS NOT NULL THEN 'ended'
                         ELSE 'extended' END, n.version, n.case_id, n.unit
               FROM new_rows n JOIN old_rows o ON o.id = n.id`,
  },
];
