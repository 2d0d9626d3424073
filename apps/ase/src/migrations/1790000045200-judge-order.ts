import { unwatchTable, watchTable, type WatchedTable } from '@liaison/casework';
import { secureRows, serviceRoles } from '@liaison/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { CASEWORKERS } from '../roles';

const TABLE = 'placement.judge_order';

/** Orders of judges to place a child, and what was done to obey them. */
export class JudgeOrder1790000045200 implements MigrationInterface {
  readonly name = 'JudgeOrder1790000045200';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { ingest, serve } = await serviceRoles(queryRunner);
    await queryRunner.query(`
      CREATE TABLE placement.judge_order (
        id uuid NOT NULL CONSTRAINT judge_order_pkey PRIMARY KEY,
        delivered_case uuid NOT NULL,
        unit text NOT NULL,
        sender text NOT NULL,
        reference uuid NOT NULL,
        event_id uuid NOT NULL,
        received_at timestamptz NOT NULL,
        purpose text NOT NULL,
        convention text NOT NULL,
        content json NOT NULL,
        withheld json NOT NULL,
        departement text,
        lodging text,
        state text NOT NULL
          CONSTRAINT judge_order_state CHECK (state IN ('received', 'obeyed', 'taken-back')),
        version int NOT NULL,
        contradicts text[] NOT NULL,
        request_id uuid,
        offer_id uuid,
        obeyed_at timestamptz,
        obeyed_by text,
        keep_until timestamptz,
        restricted_since timestamptz,
        revoked_fields jsonb NOT NULL DEFAULT '[]',
        purged_at timestamptz,
        purge_reason text,
        CONSTRAINT judge_order_event UNIQUE (sender, event_id),
        CONSTRAINT judge_order_purged CHECK (num_nulls(purged_at, purge_reason) IN (0, 2))
      );
      CREATE INDEX judge_order_of_unit ON placement.judge_order (unit, received_at, id);
      CREATE INDEX judge_order_of_request ON placement.judge_order (request_id);
      CREATE INDEX judge_order_keep_until ON placement.judge_order (keep_until) WHERE purged_at IS NULL`);
    await queryRunner.query(`
      GRANT SELECT, UPDATE (state, version, contradicts, request_id, offer_id, obeyed_at, obeyed_by)
        ON placement.judge_order TO ${serve};
      GRANT SELECT, INSERT,
        UPDATE (state, version, content, withheld, keep_until, restricted_since, revoked_fields, purged_at, purge_reason)
        ON placement.judge_order TO ${ingest}`);
    await secureRows(queryRunner, TABLE, { roles: CASEWORKERS });
    for (const watched of WATCHED) await watchTable(queryRunner, watched);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const watched of WATCHED) await unwatchTable(queryRunner, watched);
    await queryRunner.query(`DROP TABLE ${TABLE}`);
  }
}

const WATCHED: readonly WatchedTable[] = [
  {
    table: TABLE,
    on: 'INSERT',
    select: `SELECT 'placement-order', j.id, j.state, j.version, NULL::uuid, j.unit FROM new_rows j`,
  },
  {
    table: TABLE,
    on: 'UPDATE',
    select: `SELECT 'placement-order', j.id, CASE WHEN o.version <> j.version AND j.purged_at IS NULL THEN j.state ELSE 'changed' END,
                    j.version, NULL::uuid, j.unit
               FROM new_rows j JOIN old_rows o ON o.id = j.id`,
  },
];
