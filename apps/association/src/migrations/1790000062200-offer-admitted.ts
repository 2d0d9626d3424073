import { unwatchTable, watchTable, type WatchedTable } from '@liaison/casework';
import { serviceRoles } from '@liaison/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The children of an offer are there, and have left: child protection says both. */
export class OfferAdmitted1790000062200 implements MigrationInterface {
  readonly name = 'OfferAdmitted1790000062200';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { ingest } = await serviceRoles(queryRunner);
    await queryRunner.query(`
      ALTER TABLE shelter.offer
        DROP CONSTRAINT offer_state,
        ADD CONSTRAINT offer_state CHECK (state IN
          ('held', 'refused', 'accepted', 'admitted', 'left', 'declined', 'lapsed', 'withdrawn')),
        ADD COLUMN admitted_on date;
      DROP INDEX shelter.offer_takes_beds;
      CREATE INDEX offer_takes_beds ON shelter.offer (place_id) WHERE state IN ('held', 'accepted', 'admitted');
      GRANT UPDATE (admitted_on) ON shelter.offer TO ${ingest}`);
    await unwatchTable(queryRunner, watched(BEFORE));
    await watchTable(queryRunner, watched(AFTER));
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await unwatchTable(queryRunner, watched(AFTER));
    await watchTable(queryRunner, watched(BEFORE));
    await queryRunner.query(`
      UPDATE shelter.offer SET state = 'accepted' WHERE state = 'admitted';
      UPDATE shelter.offer SET state = 'withdrawn' WHERE state = 'left';
      DROP INDEX shelter.offer_takes_beds;
      CREATE INDEX offer_takes_beds ON shelter.offer (place_id) WHERE state IN ('held', 'accepted');
      ALTER TABLE shelter.offer
        DROP CONSTRAINT offer_state,
        ADD CONSTRAINT offer_state CHECK (state IN ('held', 'refused', 'accepted', 'declined', 'lapsed', 'withdrawn')),
        DROP COLUMN admitted_on`);
  }
}

const BEFORE = `SELECT 'placement-offer', n.id, n.state, n.version, NULL::uuid, n.unit
                  FROM new_rows n JOIN old_rows o ON o.id = n.id WHERE o.state <> n.state`;

/** Also that children are said to be there whose bed was given away. */
const AFTER = `SELECT 'placement-offer', n.id, CASE WHEN o.state <> n.state THEN n.state ELSE 'said-to-be-there' END, n.version,
                      NULL::uuid, n.unit
                 FROM new_rows n JOIN old_rows o ON o.id = n.id
                WHERE o.state <> n.state OR (o.admitted_on IS NULL AND n.admitted_on IS NOT NULL)`;

const watched = (select: string): WatchedTable => ({ table: 'shelter.offer', on: 'UPDATE', select });
