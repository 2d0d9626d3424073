import { secureRows, serviceRoles } from '@liaison/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { READERS } from '../roles';

/**
 * Opinions that were asked for. `serve` asks and withdraws; `ingest` writes what was answered; nobody deletes, and nobody
 * changes what was asked, of whom, and for when.
 */
export class OpinionRequest1790000021000 implements MigrationInterface {
  readonly name = 'OpinionRequest1790000021000';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { ingest, serve } = await serviceRoles(queryRunner);
    await queryRunner.query(`
      CREATE TABLE prefecture.opinion_request (
        id uuid NOT NULL CONSTRAINT opinion_request_pkey PRIMARY KEY,
        unit text NOT NULL,
        case_id uuid NOT NULL,
        case_version int NOT NULL,
        subject text NOT NULL,
        subject_id uuid NOT NULL,
        agency text NOT NULL,
        agency_unit text NOT NULL,
        due_on date NOT NULL,
        due_at timestamptz NOT NULL,
        asked_by text NOT NULL,
        asked_at timestamptz NOT NULL,
        state text NOT NULL,
        version int NOT NULL,
        answered_at timestamptz,
        answer_event uuid,
        convention text,
        notice_id uuid,
        reason text,
        explanation text,
        withdrawn_at timestamptz,
        withdrawal_reason text,
        CONSTRAINT opinion_request_state CHECK (state IN ('asked', 'answered', 'refused', 'withdrawn'))
      );
      CREATE INDEX opinion_request_of_unit ON prefecture.opinion_request (unit, id);
      CREATE INDEX opinion_request_subject ON prefecture.opinion_request (subject_id);
      CREATE INDEX opinion_request_case ON prefecture.opinion_request (case_id)`);
    await queryRunner.query(`
      GRANT SELECT, INSERT, UPDATE (state, version, withdrawn_at, withdrawal_reason)
        ON prefecture.opinion_request TO ${serve};
      GRANT SELECT, UPDATE (state, version, answered_at, answer_event, convention, notice_id, reason, explanation)
        ON prefecture.opinion_request TO ${ingest}`);
    await secureRows(queryRunner, 'prefecture.opinion_request', { roles: READERS });
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE prefecture.opinion_request');
  }
}
