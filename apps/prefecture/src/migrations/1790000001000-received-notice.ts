import { serviceRoles } from '@liaison/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What the desk received: a row an event, never overwritten by a later version. `ingest` adds, `serve` reads and marks
 * as acknowledged; what was received nobody changes or deletes.
 */
export class ReceivedNotice1790000001000 implements MigrationInterface {
  readonly name = 'ReceivedNotice1790000001000';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { ingest, serve } = await serviceRoles(queryRunner);
    await queryRunner.query(`
      CREATE SCHEMA prefecture;
      CREATE TABLE prefecture.received_notice (
        id uuid NOT NULL CONSTRAINT received_notice_pkey PRIMARY KEY,
        case_id uuid NOT NULL,
        sender text NOT NULL,
        reference uuid NOT NULL,
        event_id uuid NOT NULL,
        recipient_version int NOT NULL,
        unit text NOT NULL,
        received_at timestamptz NOT NULL,
        purpose text NOT NULL,
        convention text NOT NULL,
        departement text,
        content json NOT NULL,
        withheld json NOT NULL,
        provenance json NOT NULL,
        acknowledge_by timestamptz,
        state text NOT NULL,
        version int NOT NULL,
        acknowledged_at timestamptz,
        acknowledgement_version int,
        CONSTRAINT received_notice_event UNIQUE (sender, event_id),
        CONSTRAINT received_notice_state CHECK (state IN ('new', 'acknowledged'))
      );
      CREATE INDEX received_notice_inbox ON prefecture.received_notice (unit, received_at, id);
      CREATE INDEX received_notice_case ON prefecture.received_notice (case_id, recipient_version)`);
    await queryRunner.query(`
      GRANT USAGE ON SCHEMA prefecture TO ${ingest}, ${serve};
      GRANT SELECT, INSERT ON prefecture.received_notice TO ${ingest};
      GRANT SELECT, UPDATE (state, version, acknowledged_at, acknowledgement_version)
        ON prefecture.received_notice TO ${serve}`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP SCHEMA prefecture CASCADE');
  }
}
