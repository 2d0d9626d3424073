import { unwatchTable, watchTable, type WatchedTable } from '@liaison/casework';
import { secureRows, serviceRoles } from '@liaison/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { CASEWORKERS } from '../roles';

/** Children in places: since when, for how long, what a relative takes part in, how it ended. */
export class Stay1790000045100 implements MigrationInterface {
  readonly name = 'Stay1790000045100';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { ingest, serve } = await serviceRoles(queryRunner);
    await queryRunner.query(`
      CREATE TABLE placement.stay (
        id uuid NOT NULL CONSTRAINT stay_pkey PRIMARY KEY,
        request_id uuid NOT NULL,
        offer_id uuid NOT NULL,
        case_id uuid NOT NULL,
        unit text NOT NULL,
        author text NOT NULL,
        admitted_at timestamptz NOT NULL,
        from_day date NOT NULL,
        last_day date,
        due_at timestamptz,
        of_age_at timestamptz,
        facts_version bigint NOT NULL,
        renewals int NOT NULL,
        renewed_at timestamptz,
        ended_at timestamptz,
        ended_on date,
        end_reason text,
        version int NOT NULL,
        ending_told_at timestamptz,
        overdue_told_at timestamptz,
        of_age_told_at timestamptz,
        CONSTRAINT stay_of_offer UNIQUE (offer_id),
        CONSTRAINT stay_ended CHECK (num_nulls(ended_at, ended_on, end_reason) IN (0, 3))
      );
      CREATE INDEX stay_of_unit ON placement.stay (unit, id);
      CREATE INDEX stay_of_case ON placement.stay (case_id);
      CREATE INDEX stay_due ON placement.stay (due_at) WHERE ended_on IS NULL;

      CREATE TABLE placement.family_part (
        id uuid NOT NULL CONSTRAINT family_part_pkey PRIMARY KEY,
        stay_id uuid NOT NULL,
        unit text NOT NULL,
        author text NOT NULL,
        allowed_at timestamptz NOT NULL,
        part text NOT NULL
      );
      CREATE INDEX family_part_of_stay ON placement.family_part (stay_id)`);
    await queryRunner.query(`
      GRANT SELECT, INSERT,
        UPDATE (last_day, due_at, renewals, renewed_at, ended_at, ended_on, end_reason, version, ending_told_at, overdue_told_at)
        ON placement.stay TO ${serve};
      GRANT SELECT, UPDATE (of_age_at, facts_version, ending_told_at, overdue_told_at, of_age_told_at) ON placement.stay TO ${ingest};
      GRANT SELECT, INSERT ON placement.family_part TO ${serve}`);
    for (const table of TABLES) await secureRows(queryRunner, table, { roles: CASEWORKERS });
    for (const watched of WATCHED) await watchTable(queryRunner, watched);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const watched of WATCHED) await unwatchTable(queryRunner, watched);
    await queryRunner.query('DROP TABLE placement.family_part, placement.stay');
  }
}

const TABLES = ['placement.stay', 'placement.family_part'];

const WATCHED: readonly WatchedTable[] = [
  {
    table: 'placement.stay',
    on: 'INSERT',
    select: `SELECT 'stay', s.id, 'admitted', s.version, s.case_id, s.unit FROM new_rows s`,
  },
  {
    table: 'placement.stay',
    on: 'UPDATE',
    select: `SELECT 'stay', s.id,
                    CASE WHEN o.ended_on IS NULL AND s.ended_on IS NOT NULL THEN 'ended'
                         WHEN o.renewals <> s.renewals THEN 'renewed'
                         WHEN o.of_age_told_at IS NULL AND s.of_age_told_at IS NOT NULL THEN 'of-age'
                         WHEN o.overdue_told_at IS NULL AND s.overdue_told_at IS NOT NULL THEN 'overdue'
                         WHEN o.ending_told_at IS NULL AND s.ending_told_at IS NOT NULL THEN 'ending'
                         ELSE 'changed' END,
                    s.version, s.case_id, s.unit
               FROM new_rows s JOIN old_rows o ON o.id = s.id
              WHERE o.facts_version = s.facts_version`,
  },
];
