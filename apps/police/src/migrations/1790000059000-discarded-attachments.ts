import { serviceRoles } from '@liaison/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Documents of a draft go with it: nobody sees its case any more, so nobody could take them away. `serve` removes no
 * document by itself; a function does, of drafts that were discarded and of nothing else.
 */
export class DiscardedAttachments1790000059000 implements MigrationInterface {
  readonly name = 'DiscardedAttachments1790000059000';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { serve } = await serviceRoles(queryRunner);
    await queryRunner.query(`
      CREATE FUNCTION police.forget_discarded_attachments(notices uuid[]) RETURNS void
        LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS $$
          WITH discarded AS (
            SELECT a.id FROM casework.attachment a JOIN police.notice n ON n.id = a.case_id
             WHERE n.id = ANY (notices) AND n.state = 'discarded' AND a.sender IS NULL
          )
          DELETE FROM casework.attachment_part p USING discarded d WHERE p.attachment_id = d.id;
          DELETE FROM casework.attachment a USING police.notice n
           WHERE n.id = a.case_id AND n.id = ANY (notices) AND n.state = 'discarded' AND a.sender IS NULL $$;
      REVOKE EXECUTE ON FUNCTION police.forget_discarded_attachments FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION police.forget_discarded_attachments TO ${serve};
      SELECT police.forget_discarded_attachments(array_agg(id)) FROM police.notice WHERE state = 'discarded'`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP FUNCTION police.forget_discarded_attachments');
  }
}
