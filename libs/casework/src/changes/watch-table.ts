import type { QueryRunner } from 'typeorm';

/** One table whose changes are to be in the feed. */
export interface WatchedTable {
  /** With its schema, as `police.notice`. */
  readonly table: string;
  readonly on: 'INSERT' | 'UPDATE';
  /**
   * SELECT of (resource, resource_id, kind, version, case_id, unit), in this order, from the rows of one statement:
   * `new_rows`, and for an UPDATE `old_rows` too. Runs as the owner; names of tables with their schema.
   */
  readonly select: string;
}

const NAME = /^([a-z_]+)\.([a-z_]+)$/;

/**
 * Puts the trigger of the change feed on a table: a change and its line in the feed are one transaction, whichever code
 * makes it, and nobody can forget it. Only the owner's function writes the feed: no working role may.
 */
export async function watchTable(
  queryRunner: QueryRunner,
  { table, on, select }: WatchedTable,
): Promise<void> {
  const [, schema, name] = NAME.exec(table) ?? [];
  if (!schema || !name) throw new TypeError(`${table} is no name of a table with its schema`);
  const routine = `${schema}.${name}_${on.toLowerCase()}_change`;
  const rows = on === 'INSERT' ? 'NEW TABLE AS new_rows' : 'OLD TABLE AS old_rows NEW TABLE AS new_rows';
  await queryRunner.query(`
    CREATE FUNCTION ${routine}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
      SET search_path = pg_catalog, pg_temp AS $change$
    BEGIN
      INSERT INTO casework.change (epoch, resource, resource_id, kind, version, case_id, unit)
      SELECT coalesce((SELECT s.epoch FROM messaging.agency_state s), '00000000-0000-0000-0000-000000000000'), w.*
        FROM (${select}) w;
      RETURN NULL;
    END $change$;
    REVOKE EXECUTE ON FUNCTION ${routine}() FROM PUBLIC;
    CREATE TRIGGER ${name}_${on.toLowerCase()}_change AFTER ${on} ON ${table} REFERENCING ${rows}
      FOR EACH STATEMENT EXECUTE FUNCTION ${routine}()`);
}

export async function unwatchTable(
  queryRunner: QueryRunner,
  { table, on }: Pick<WatchedTable, 'table' | 'on'>,
): Promise<void> {
  await queryRunner.query(`DROP FUNCTION ${table}_${on.toLowerCase()}_change() CASCADE`);
}
