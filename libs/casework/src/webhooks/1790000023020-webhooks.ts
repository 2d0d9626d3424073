import { serviceRoles } from '@liaison/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Systems of the agency that are told when something changed. A webhook is a reader of the change feed whose place stands
 * here, with the one message that is on its way. No secret is stored: they are derived (`webhook-secret.ts`). `serve`
 * registers, pauses and removes; `ingest` sends.
 */
export class Webhooks1790000023020 implements MigrationInterface {
  readonly name = 'Webhooks1790000023020';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { ingest, serve } = await serviceRoles(queryRunner);
    await queryRunner.query(`
      CREATE TABLE casework.webhook (
        id uuid NOT NULL CONSTRAINT webhook_pkey PRIMARY KEY,
        url text NOT NULL,
        description text,
        units text[],
        resources text[],
        state text NOT NULL CONSTRAINT webhook_state CHECK (state IN ('active', 'paused', 'disabled')),
        reason text,
        generation int NOT NULL,
        former_until timestamptz,
        created_by text NOT NULL,
        created_at timestamptz NOT NULL,
        epoch uuid NOT NULL,
        xid xid8 NOT NULL,
        change_id bigint NOT NULL,
        message_id text,
        message text,
        until_epoch uuid,
        until_xid xid8,
        until_id bigint,
        attempts int NOT NULL DEFAULT 0,
        failing_since timestamptz,
        last_error text,
        delivered_at timestamptz,
        next_at timestamptz NOT NULL DEFAULT now(),
        lease_until timestamptz NOT NULL DEFAULT '-infinity',
        token bigint NOT NULL DEFAULT 0,
        CONSTRAINT webhook_message CHECK (num_nulls(message_id, message, until_epoch, until_xid, until_id) IN (0, 5))
      ) WITH (fillfactor = 70)`);
    await queryRunner.query(`
      GRANT SELECT, INSERT, DELETE,
        UPDATE (state, reason, generation, former_until, attempts, failing_since, last_error, next_at)
        ON casework.webhook TO ${serve};
      GRANT SELECT, UPDATE (state, reason, epoch, xid, change_id, message_id, message, until_epoch, until_xid, until_id,
        attempts, failing_since, last_error, delivered_at, next_at, lease_until, token) ON casework.webhook TO ${ingest}`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE casework.webhook');
  }
}
