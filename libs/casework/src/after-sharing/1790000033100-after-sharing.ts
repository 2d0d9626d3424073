import { secureRows, serviceRoles } from '@liaison/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { CASEWORKERS } from '../schema/1790000022000-casework';

/**
 * What follows after sharing. `revocation`: what this agency told a recipient to do, and what came of it. `share_order`: what
 * senders told this agency; references only, and no reader has a use for it. Received documents say until when they may
 * be kept, and since when they are shown to fewer.
 */
export class AfterSharing1790000033100 implements MigrationInterface {
  readonly name = 'AfterSharing1790000033100';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { ingest, serve } = await serviceRoles(queryRunner);
    await queryRunner.query(`
      CREATE TABLE casework.revocation (
        id uuid NOT NULL CONSTRAINT revocation_pkey PRIMARY KEY,
        case_id uuid NOT NULL,
        unit text NOT NULL,
        recipient text NOT NULL,
        reference uuid NOT NULL,
        ground text NOT NULL,
        effect text NOT NULL CONSTRAINT revocation_effect CHECK (effect IN ('restrict', 'purge')),
        events uuid[] NOT NULL,
        at timestamptz NOT NULL,
        -- Where the recipient has to confirm.
        confirm_by timestamptz,
        confirmed_at timestamptz,
        purged int,
        kept int
      );
      CREATE INDEX revocation_of_case ON casework.revocation (case_id);
      CREATE INDEX revocation_unconfirmed ON casework.revocation (confirm_by) WHERE confirmed_at IS NULL;
      CREATE TABLE casework.share_order (
        sender text NOT NULL,
        event_id uuid NOT NULL,
        revocation uuid NOT NULL,
        case_id uuid NOT NULL,
        effect text NOT NULL,
        state text NOT NULL CONSTRAINT share_order_state CHECK (state IN ('restricted', 'purged', 'kept')),
        at timestamptz NOT NULL,
        CONSTRAINT share_order_pkey PRIMARY KEY (sender, event_id, revocation)
      );
      CREATE INDEX share_order_kept ON casework.share_order (at) WHERE state = 'kept';
      -- By which events a received document came, also where its content was withheld.
      CREATE TABLE casework.attachment_event (
        event_id uuid NOT NULL,
        attachment_id uuid NOT NULL,
        CONSTRAINT attachment_event_pkey PRIMARY KEY (event_id, attachment_id),
        CONSTRAINT attachment_event_of FOREIGN KEY (attachment_id) REFERENCES casework.attachment (id)
      );
      INSERT INTO casework.attachment_event
        SELECT event_id, attachment_id FROM casework.attachment_part WHERE event_id IS NOT NULL;
      CREATE INDEX attachment_event_of ON casework.attachment_event (attachment_id);
      ALTER TABLE casework.attachment
        ADD COLUMN keep_until timestamptz,
        ADD COLUMN restricted_since timestamptz,
        -- Where a duty keeps it longer: when that is looked at again.
        ADD COLUMN kept_until timestamptz;
      CREATE INDEX attachment_keep_until ON casework.attachment (coalesce(kept_until, keep_until))
        WHERE state <> 'voided'`);
    await queryRunner.query(`
      GRANT SELECT, INSERT ON casework.revocation TO ${ingest}, ${serve};
      GRANT UPDATE (confirmed_at, purged, kept) ON casework.revocation TO ${ingest};
      GRANT SELECT, INSERT, UPDATE (state, at) ON casework.share_order TO ${ingest};
      GRANT SELECT, INSERT ON casework.attachment_event TO ${ingest};
      GRANT UPDATE (restricted_since, kept_until) ON casework.attachment TO ${ingest}`);
    await secureRows(queryRunner, 'casework.revocation', { roles: CASEWORKERS });
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP TABLE casework.revocation, casework.share_order, casework.attachment_event;
      ALTER TABLE casework.attachment
        DROP COLUMN keep_until, DROP COLUMN restricted_since, DROP COLUMN kept_until`);
  }
}
