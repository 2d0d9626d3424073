import type { QueryRunner } from 'typeorm';

/**
 * `<db>_ingest` and `<db>_serve` as quoted SQL identifiers, for the GRANTs of this schema. The services' own migrations have
 * `serviceRoles` of the platform, which this library may not import.
 */
export async function workingRoles(
  queryRunner: QueryRunner,
): Promise<{ readonly ingest: string; readonly serve: string }> {
  const [roles] = (await queryRunner.query(
    `SELECT quote_ident(current_database() || '_ingest') AS ingest, quote_ident(current_database() || '_serve') AS serve`,
  )) as [{ ingest: string; serve: string }];
  return roles;
}
