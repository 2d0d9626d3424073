import type { MigrationInterface, QueryRunner } from 'typeorm';
import { workingRoles } from './working-roles';

/**
 * Conventions as they were published on the topic, each with its signature: what is known while the topic cannot be
 * reached. Append-only. They name offices and no person.
 */
export class Conventions1790000035000 implements MigrationInterface {
  readonly name = 'Conventions1790000035000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE messaging.convention (
        id text NOT NULL,
        version int NOT NULL CHECK (version > 0),
        -- A JWS over id, version and text, as it was received: verified again whenever it is read.
        statement bytea NOT NULL,
        received_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        PRIMARY KEY (id, version)
      )`);
    const { ingest } = await workingRoles(queryRunner);
    await queryRunner.query(`GRANT SELECT, INSERT ON messaging.convention TO ${ingest}`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE messaging.convention');
  }
}
