import { secureRows, serviceRoles } from '@liaison/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { READERS } from '../roles';

/**
 * Opinions that préfectures ask for. `ingest` adds them and writes that nobody waits any more; `serve` writes what was
 * answered; nobody deletes.
 */
export class OpinionRequest1790000021001 implements MigrationInterface {
  readonly name = 'OpinionRequest1790000021001';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { ingest, serve } = await serviceRoles(queryRunner);
    await queryRunner.query(`
      CREATE TABLE police.opinion_request (
        id uuid NOT NULL CONSTRAINT opinion_request_pkey PRIMARY KEY,
        agency text NOT NULL,
        request uuid NOT NULL,
        unit text NOT NULL,
        case_id uuid NOT NULL,
        event_id uuid NOT NULL,
        purpose text NOT NULL,
        convention text NOT NULL,
        content json NOT NULL,
        withheld json NOT NULL,
        about uuid,
        received_at timestamptz NOT NULL,
        due_on date,
        due_at timestamptz,
        state text NOT NULL,
        version int NOT NULL,
        answered_at timestamptz,
        answered_by text,
        notice_id uuid,
        reason text,
        withdrawn_at timestamptz,
        withdrawal_reason text,
        CONSTRAINT opinion_request_asked UNIQUE (agency, request),
        CONSTRAINT opinion_request_state CHECK (
          state IN ('open', 'answered', 'refused', 'withdrawn', 'taken-back'))
      );
      CREATE INDEX opinion_request_of_unit ON police.opinion_request (unit, id);
      CREATE INDEX opinion_request_request ON police.opinion_request (request)`);
    await queryRunner.query(`
      GRANT SELECT, INSERT, UPDATE (state, version, content, withheld, withdrawn_at, withdrawal_reason)
        ON police.opinion_request TO ${ingest};
      GRANT SELECT, UPDATE (state, version, answered_at, answered_by, notice_id, reason)
        ON police.opinion_request TO ${serve}`);
    await secureRows(queryRunner, 'police.opinion_request', { roles: READERS });
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE police.opinion_request');
  }
}
