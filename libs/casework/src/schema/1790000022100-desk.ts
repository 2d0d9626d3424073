import { secureRows, serviceRoles } from '@liaison/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { CASEWORKERS } from './1790000022000-casework';

/**
 * Filters that somebody keeps for their desk, and what documents are searched by: one row a field's word, written with
 * the document, gone with its content. Compared byte by byte, so that ranges of the index are prefixes.
 */
export class Desk1790000022100 implements MigrationInterface {
  readonly name = 'Desk1790000022100';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { ingest, serve } = await serviceRoles(queryRunner);
    await queryRunner.query(`
      CREATE TABLE desk.saved_filter (
        unit text NOT NULL,
        agent text NOT NULL,
        name text NOT NULL,
        filter json NOT NULL,
        CONSTRAINT saved_filter_pkey PRIMARY KEY (unit, agent, name)
      );

      CREATE TABLE desk.search_term (
        unit text NOT NULL,
        case_id uuid NOT NULL,
        document uuid NOT NULL,
        path text NOT NULL,
        term text COLLATE "C" NOT NULL,
        sound text COLLATE "C"
      );
      CREATE INDEX search_term_word ON desk.search_term (unit, term);
      CREATE INDEX search_term_sound ON desk.search_term (unit, sound) WHERE sound IS NOT NULL;
      CREATE INDEX search_term_document ON desk.search_term (document)`);
    await queryRunner.query(`
      GRANT USAGE ON SCHEMA desk TO ${ingest};
      GRANT SELECT, INSERT, UPDATE (filter), DELETE ON desk.saved_filter TO ${serve};
      GRANT SELECT, INSERT, DELETE ON desk.search_term TO ${ingest}, ${serve}`);
    for (const table of ['saved_filter', 'search_term']) {
      await secureRows(queryRunner, `desk.${table}`, { roles: CASEWORKERS });
    }
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE desk.saved_filter, desk.search_term');
  }
}
