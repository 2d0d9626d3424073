import type { QueryRunner } from 'typeorm';
import type { Role } from '../identity/identity';
import { serviceRoles } from './service-roles';

export interface RowReaders {
  /** Whose rows: those of the reader's unit by the column `unit`, or a condition of SQL that says it otherwise. */
  readonly where?: string;
  /** Who may see them at all. Which fields of them is for the policy to decide. */
  readonly roles: readonly Role[];
}

const OF_OWN_UNIT = `unit = current_setting('liaison.unit', true)`;

/**
 * The second barrier, behind the policy: `serve` sees and writes rows of the unit and for the roles that
 * `serveTransaction` has named, and none where it has named nobody. `ingest`, which works for nobody, sees all. The
 * owner is not bound, so a view or function of the owner's passes too.
 *
 * A condition of a query can use an index before the barrier only where its operator is leakproof: `=`, `<` and `>` of
 * text, numbers, dates and UUIDs are, `LIKE` and JSON's are not.
 */
export async function secureRows(
  queryRunner: QueryRunner,
  table: string,
  { where = OF_OWN_UNIT, roles }: RowReaders,
): Promise<void> {
  const { ingest, serve } = await serviceRoles(queryRunner);
  const readers = `string_to_array(current_setting('liaison.roles', true), ',') && '{${roles.join(',')}}'`;
  await queryRunner.query(`
    ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY;
    CREATE POLICY reader ON ${table} TO ${serve} USING (${where} AND ${readers});
    CREATE POLICY worker ON ${table} TO ${ingest} USING (true)`);
}

/** Undoes `secureRows`. */
export async function openRows(queryRunner: QueryRunner, table: string): Promise<void> {
  await queryRunner.query(`
    DROP POLICY reader ON ${table};
    DROP POLICY worker ON ${table};
    ALTER TABLE ${table} DISABLE ROW LEVEL SECURITY`);
}
