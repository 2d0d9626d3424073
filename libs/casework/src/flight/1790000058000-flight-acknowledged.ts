import { serviceRoles } from '@liaison/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { unwatchTable, watchTable, type WatchedTable } from '../changes/watch-table';

/** Whoever is told of a flight says that somebody has taken note; where nobody does in time, both sides learn it. */
export class FlightAcknowledged1790000058000 implements MigrationInterface {
  readonly name = 'FlightAcknowledged1790000058000';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { ingest, serve } = await serviceRoles(queryRunner);
    await queryRunner.query(`
      ALTER TABLE flight.told
        ADD COLUMN acknowledge_by timestamptz,
        ADD COLUMN acknowledged_at timestamptz,
        ADD COLUMN role text,
        ADD COLUMN acknowledgement_event uuid,
        ADD COLUMN overdue_told_at timestamptz;
      CREATE INDEX told_flight_awaited ON flight.told (acknowledge_by) WHERE acknowledged_at IS NULL;

      ALTER TABLE flight.received
        ADD COLUMN acknowledge_by timestamptz,
        ADD COLUMN acknowledged_at timestamptz,
        ADD COLUMN acknowledged_by text,
        ADD COLUMN overdue_told_at timestamptz;
      CREATE INDEX received_flight_owed ON flight.received (acknowledge_by) WHERE acknowledged_at IS NULL;

      GRANT UPDATE (acknowledge_by) ON flight.told TO ${serve};
      GRANT UPDATE (acknowledge_by, acknowledged_at, role, acknowledgement_event, overdue_told_at) ON flight.told TO ${ingest};
      GRANT UPDATE (acknowledged_at, acknowledged_by) ON flight.received TO ${serve};
      GRANT UPDATE (acknowledge_by, overdue_told_at) ON flight.received TO ${ingest}`);
    await watchTable(queryRunner, TOLD);
    await unwatchTable(queryRunner, RECEIVED);
    await watchTable(queryRunner, RECEIVED);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await unwatchTable(queryRunner, RECEIVED);
    await watchTable(queryRunner, RECEIVED_BEFORE);
    await unwatchTable(queryRunner, TOLD);
    await queryRunner.query(`
      ALTER TABLE flight.received
        DROP COLUMN acknowledge_by, DROP COLUMN acknowledged_at, DROP COLUMN acknowledged_by, DROP COLUMN overdue_told_at;
      ALTER TABLE flight.told
        DROP COLUMN acknowledge_by, DROP COLUMN acknowledged_at, DROP COLUMN role, DROP COLUMN acknowledgement_event,
        DROP COLUMN overdue_told_at`);
  }
}

const TOLD: WatchedTable = {
  table: 'flight.told',
  on: 'UPDATE',
  select: `SELECT 'flight', t.flight_id,
                  CASE WHEN o.acknowledged_at IS NULL AND t.acknowledged_at IS NOT NULL THEN 'acknowledged'
                       ELSE 'unacknowledged' END,
                  k.version, k.case_id, t.unit
             FROM new_rows t JOIN old_rows o ON o.flight_id = t.flight_id AND o.agency = t.agency
             JOIN flight.known k ON k.id = t.flight_id
            WHERE (o.acknowledged_at IS NULL AND t.acknowledged_at IS NOT NULL)
               OR (o.overdue_told_at IS NULL AND t.overdue_told_at IS NOT NULL)`,
};

const received = (kinds: string, which: string): WatchedTable => ({
  table: 'flight.received',
  on: 'UPDATE',
  select: `SELECT 'received-flight', r.id,
                  CASE WHEN o.state <> r.state AND r.state = 'gone' THEN 'reported'
                       WHEN o.state <> r.state THEN r.state ${kinds} ELSE 'changed' END,
                  r.version, r.case_id, r.unit
             FROM new_rows r JOIN old_rows o ON o.id = r.id WHERE ${which}`,
});

const OVERDUE = 'o.overdue_told_at IS NULL AND r.overdue_told_at IS NOT NULL';
const RECEIVED = received(
  `WHEN o.acknowledged_at IS NULL AND r.acknowledged_at IS NOT NULL THEN 'acknowledged' WHEN ${OVERDUE} THEN 'unacknowledged'`,
  `o.version <> r.version OR (${OVERDUE})`,
);
const RECEIVED_BEFORE = received('', 'o.version <> r.version');
