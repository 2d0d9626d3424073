import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How many beds a place of the network has, as far as the coordination can know: the most that its shelter has said to be free. */
export class MostFree1790000062100 implements MigrationInterface {
  readonly name = 'MostFree1790000062100';

  async up(queryRunner: QueryRunner): Promise<void> {
    // Of a place that stands already the beds that are asked for or lived in are added to what is free now.
    await queryRunner.query(`
      ALTER TABLE orientation.place ADD COLUMN most_free int;
      UPDATE orientation.place k SET most_free = free + (
        SELECT count(*) FROM orientation.proposal p JOIN orientation.request r ON r.id = p.request_id
         WHERE p.place_id = k.id AND p.state IN ('place-accepted', 'accepted') AND r.state <> 'closed');
      ALTER TABLE orientation.place ALTER COLUMN most_free SET NOT NULL`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE orientation.place DROP COLUMN most_free');
  }
}
