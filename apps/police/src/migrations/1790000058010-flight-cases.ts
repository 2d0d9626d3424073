import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A child who is gone is a case of the service that searches: those that were reported before are too. */
export class PoliceFlightCases1790000058010 implements MigrationInterface {
  readonly name = 'PoliceFlightCases1790000058010';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('UPDATE flight.received SET case_id = delivered_case WHERE case_id IS NULL');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('UPDATE flight.received SET case_id = NULL WHERE case_id = delivered_case');
  }
}
