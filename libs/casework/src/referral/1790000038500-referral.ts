import { secureRows, serviceRoles } from '@liaison/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { unwatchTable, watchTable, type WatchedTable } from '../changes/watch-table';
import { CASEWORKERS } from '../schema/1790000022000-casework';

/** Referrals of children in danger: those that this agency made, whom it told, and those that came. */
export class Referral1790000038500 implements MigrationInterface {
  readonly name = 'Referral1790000038500';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { ingest, serve } = await serviceRoles(queryRunner);
    await queryRunner.query(`
      CREATE SCHEMA referral;

      CREATE TABLE referral.made (
        id uuid NOT NULL CONSTRAINT made_pkey PRIMARY KEY,
        unit text NOT NULL,
        author text NOT NULL,
        made_at timestamptz NOT NULL,
        departement text NOT NULL,
        danger text NOT NULL,
        prosecutor_missing boolean NOT NULL,
        state text NOT NULL CONSTRAINT made_state CHECK (state IN ('sent', 'acknowledged')),
        version int NOT NULL
      );
      CREATE INDEX made_of_unit ON referral.made (unit, id);

      CREATE TABLE referral.told (
        referral_id uuid NOT NULL,
        agency text NOT NULL,
        unit text NOT NULL,
        duty text NOT NULL CONSTRAINT told_duty CHECK (duty IN ('child-protection', 'prosecutor')),
        case_version int NOT NULL,
        acknowledge_by timestamptz,
        acknowledged_at timestamptz,
        role text,
        acknowledgement_event uuid,
        overdue_told_at timestamptz,
        CONSTRAINT told_pkey PRIMARY KEY (referral_id, agency)
      );
      CREATE INDEX told_untold ON referral.told (acknowledge_by)
        WHERE acknowledged_at IS NULL AND overdue_told_at IS NULL;

      CREATE TABLE referral.received (
        id uuid NOT NULL CONSTRAINT received_pkey PRIMARY KEY,
        case_id uuid NOT NULL,
        sender text NOT NULL,
        reference uuid NOT NULL,
        event_id uuid NOT NULL,
        unit text NOT NULL,
        received_at timestamptz NOT NULL,
        purpose text NOT NULL,
        convention text NOT NULL,
        departement text,
        content json NOT NULL,
        withheld json NOT NULL,
        acknowledge_by timestamptz,
        state text NOT NULL CONSTRAINT received_state CHECK (state IN ('new', 'acknowledged', 'voided')),
        version int NOT NULL,
        acknowledged_at timestamptz,
        keep_until timestamptz,
        restricted_since timestamptz,
        purged_at timestamptz,
        purge_reason text,
        overdue_told_at timestamptz,
        CONSTRAINT received_event UNIQUE (sender, event_id),
        CONSTRAINT received_purged
          CHECK (num_nulls(purged_at, purge_reason) IN (0, 2) AND (purged_at IS NULL OR state = 'voided'))
      );
      CREATE INDEX received_of_unit ON referral.received (unit, received_at, id);
      CREATE INDEX received_of_case ON referral.received (case_id);
      CREATE INDEX received_keep_until ON referral.received (keep_until) WHERE state <> 'voided';
      CREATE INDEX received_untold ON referral.received (acknowledge_by)
        WHERE state = 'new' AND overdue_told_at IS NULL`);
    await queryRunner.query(`
      GRANT USAGE ON SCHEMA referral TO ${ingest}, ${serve};
      GRANT SELECT, INSERT, UPDATE (state, version) ON referral.made TO ${serve};
      GRANT SELECT, INSERT, UPDATE (case_version, acknowledge_by) ON referral.told TO ${serve};
      GRANT SELECT, UPDATE (state, version, acknowledged_at) ON referral.received TO ${serve};
      GRANT SELECT, UPDATE (state, version) ON referral.made TO ${ingest};
      GRANT SELECT, UPDATE (acknowledged_at, role, acknowledgement_event, overdue_told_at) ON referral.told TO ${ingest};
      GRANT SELECT, INSERT,
        UPDATE (state, version, content, withheld, restricted_since, purged_at, purge_reason, overdue_told_at)
        ON referral.received TO ${ingest}`);
    for (const table of TABLES) await secureRows(queryRunner, table, { roles: CASEWORKERS });
    for (const watched of WATCHED) await watchTable(queryRunner, watched);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const watched of WATCHED) await unwatchTable(queryRunner, watched);
    await queryRunner.query('DROP SCHEMA referral CASCADE');
  }
}

const TABLES = ['referral.made', 'referral.told', 'referral.received'];

/** What of them is told in the change feed: everything that its readers can find again. */
const WATCHED: readonly WatchedTable[] = [
  {
    table: 'referral.made',
    on: 'INSERT',
    select: `SELECT 'referral', m.id, 'made', m.version, m.id, m.unit FROM new_rows m`,
  },
  {
    table: 'referral.made',
    on: 'UPDATE',
    select: `SELECT 'referral', m.id, CASE WHEN m.state <> o.state THEN m.state ELSE 'changed' END, m.version, m.id, m.unit
               FROM new_rows m JOIN old_rows o ON o.id = m.id`,
  },
  {
    table: 'referral.told',
    on: 'UPDATE',
    select: `SELECT 'referral', t.referral_id, 'overdue', m.version, t.referral_id, t.unit
               FROM new_rows t JOIN old_rows o ON o.referral_id = t.referral_id AND o.agency = t.agency
               JOIN referral.made m ON m.id = t.referral_id
              WHERE o.overdue_told_at IS NULL AND t.overdue_told_at IS NOT NULL`,
  },
  {
    table: 'referral.received',
    on: 'INSERT',
    select: `SELECT 'received-referral', r.id, 'received', r.version, r.case_id, r.unit FROM new_rows r`,
  },
  {
    table: 'referral.received',
    on: 'UPDATE',
    select: `SELECT 'received-referral', r.id,
                    CASE WHEN o.state <> r.state THEN r.state
                         WHEN o.overdue_told_at IS NULL AND r.overdue_told_at IS NOT NULL THEN 'overdue'
                         ELSE 'restricted' END,
                    r.version, r.case_id, r.unit
               FROM new_rows r JOIN old_rows o ON o.id = r.id`,
  },
];
