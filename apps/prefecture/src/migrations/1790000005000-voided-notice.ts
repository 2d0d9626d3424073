import { serviceRoles } from '@liaison/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A notice that its sender has taken back: the row stays, so that the desk sees that there was one, and its content goes.
 * `ingest` may do that and nothing else: a content can be emptied, never rewritten.
 */
export class VoidedNotice1790000005000 implements MigrationInterface {
  readonly name = 'VoidedNotice1790000005000';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { ingest } = await serviceRoles(queryRunner);
    await queryRunner.query(stateIn("'new', 'acknowledged', 'voided'"));
    await queryRunner.query(ONLY_EMPTIED);
    await queryRunner.query(
      `GRANT UPDATE (state, version, content, withheld, provenance) ON prefecture.received_notice TO ${ingest}`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    const { ingest } = await serviceRoles(queryRunner);
    await queryRunner.query(
      `REVOKE UPDATE (state, version, content, withheld, provenance) ON prefecture.received_notice FROM ${ingest}`,
    );
    await queryRunner.query('DROP FUNCTION prefecture.only_emptied CASCADE');
    await queryRunner.query(stateIn("'new', 'acknowledged'"));
  }
}

const ONLY_EMPTIED = `
CREATE FUNCTION prefecture.only_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.state = 'voided' AND NEW.content::text = '{}' THEN RETURN NEW; END IF;
  RAISE EXCEPTION 'what was received is not rewritten' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER only_emptied BEFORE UPDATE OF content, withheld, provenance ON prefecture.received_notice
  FOR EACH ROW EXECUTE FUNCTION prefecture.only_emptied()`;

const stateIn = (states: string) => `
ALTER TABLE prefecture.received_notice
  DROP CONSTRAINT received_notice_state,
  ADD CONSTRAINT received_notice_state CHECK (state IN (${states}))`;
