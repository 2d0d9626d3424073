import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What a change of facts makes due is marked with the change, whichever statement makes it: to find it nobody compares every disclosure
 * there ever was with its case.
 */
export class ShareGroundDue1790000066000 implements MigrationInterface {
  readonly name = 'ShareGroundDue1790000066000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE INDEX share_ground_policy ON messaging.share_ground (looked_policy);
      CREATE FUNCTION messaging.look_at_shares() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        UPDATE messaging.share_ground SET next_at = '-infinity' WHERE case_id = NEW.id AND next_at > '-infinity';
        RETURN NULL;
      END $$;
      CREATE TRIGGER facts_changed AFTER UPDATE OF facts_version ON messaging.cases
        FOR EACH ROW WHEN (OLD.facts_version <> NEW.facts_version) EXECUTE FUNCTION messaging.look_at_shares();
      UPDATE messaging.share_ground g SET next_at = '-infinity'
        FROM messaging.cases c WHERE c.id = g.case_id AND g.looked_facts <> c.facts_version`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP TRIGGER facts_changed ON messaging.cases;
      DROP FUNCTION messaging.look_at_shares();
      DROP INDEX messaging.share_ground_policy`);
  }
}
