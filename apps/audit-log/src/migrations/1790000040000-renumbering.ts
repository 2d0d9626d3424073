import { serviceRoles } from '@liaison/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Numbers that records were given once more, because their author was restored from a backup and did not know that they
 * had arrived. A record stays as it was appended; that its new number is taken stands here. Append-only, like records.
 */
export class Renumbering1790000040000 implements MigrationInterface {
  readonly name = 'Renumbering1790000040000';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { ingest, serve } = await serviceRoles(queryRunner);
    await queryRunner.query(`
      CREATE TABLE audit_log.renumbering (
        agency text NOT NULL,
        epoch uuid NOT NULL,
        number int NOT NULL,
        record_id uuid NOT NULL,
        CONSTRAINT renumbering_pkey PRIMARY KEY (agency, epoch, number, record_id)
      )`);
    await queryRunner.query(`
      GRANT SELECT, INSERT ON audit_log.renumbering TO ${ingest};
      GRANT SELECT ON audit_log.renumbering TO ${serve}`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE audit_log.renumbering');
  }
}
