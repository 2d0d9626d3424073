import { secureRows, serviceRoles } from '@liaison/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Of all kinds of agency: which of them a service lets in is for its routes to say. */
export const CASEWORKERS = ['caseworker', 'desk', 'officer', 'supervisor'] as const;

/**
 * What caseworkers add to cases for themselves: who has a case, and internal notes. It is the agency's own and never
 * leaves: `ingest`, which consumes and sends, may not even read it. History and notes are append-only.
 */
export class Casework1790000022000 implements MigrationInterface {
  readonly name = 'Casework1790000022000';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { serve } = await serviceRoles(queryRunner);
    await queryRunner.query(`
      CREATE SCHEMA desk;

      CREATE TABLE desk.colleague (
        unit text NOT NULL,
        agent text NOT NULL,
        roles text[] NOT NULL,
        seen_at timestamptz NOT NULL,
        CONSTRAINT colleague_pkey PRIMARY KEY (unit, agent)
      );

      CREATE TABLE desk.assignment (
        case_id uuid NOT NULL,
        unit text NOT NULL,
        agent text,
        version int NOT NULL,
        since timestamptz NOT NULL,
        CONSTRAINT assignment_pkey PRIMARY KEY (unit, case_id)
      );
      CREATE INDEX assignment_of_agent ON desk.assignment (unit, agent, case_id);

      CREATE TABLE desk.assignment_change (
        unit text NOT NULL,
        case_id uuid NOT NULL,
        version int NOT NULL,
        kind text NOT NULL CONSTRAINT assignment_change_kind CHECK (kind IN ('taken', 'handed-over', 'released')),
        agent text,
        by_agent text NOT NULL,
        reason text,
        at timestamptz NOT NULL,
        CONSTRAINT assignment_change_pkey PRIMARY KEY (unit, case_id, version)
      );

      CREATE TABLE desk.note (
        id uuid NOT NULL CONSTRAINT note_pkey PRIMARY KEY,
        unit text NOT NULL,
        case_id uuid NOT NULL,
        author text NOT NULL,
        at timestamptz NOT NULL,
        text text NOT NULL CONSTRAINT note_length CHECK (char_length(text) <= 4000),
        corrects uuid CONSTRAINT note_corrects REFERENCES desk.note (id),
        CONSTRAINT note_corrected_once UNIQUE (corrects)
      );
      CREATE INDEX note_of_case ON desk.note (unit, case_id, id)`);
    await queryRunner.query(`
      GRANT USAGE ON SCHEMA desk TO ${serve};
      GRANT SELECT, INSERT, UPDATE (roles, seen_at) ON desk.colleague TO ${serve};
      GRANT SELECT, INSERT, UPDATE (agent, version, since) ON desk.assignment TO ${serve};
      GRANT SELECT, INSERT ON desk.assignment_change, desk.note TO ${serve}`);
    for (const table of ['colleague', 'assignment', 'assignment_change', 'note']) {
      await secureRows(queryRunner, `desk.${table}`, { roles: CASEWORKERS });
    }
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP SCHEMA desk CASCADE');
  }
}
