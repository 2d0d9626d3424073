import type { QueryRunner } from 'typeorm';

/** Names of roles as quoted SQL identifiers, for GRANTs in migrations. */
export interface ServiceRoles {
  /** T2a, T2b, T3: dispatch, relay, consumer. */
  readonly ingest: string;
  /** HTTP reads and T1. */
  readonly serve: string;
}

/** Login roles of the database `<db>`: `<db>_migrate` owns it, `<db>_ingest` and `<db>_serve` work in it. */
export async function serviceRoles(queryRunner: QueryRunner): Promise<ServiceRoles> {
  const [row] = (await queryRunner.query(
    `SELECT quote_ident(current_database() || '_ingest') AS ingest, quote_ident(current_database() || '_serve') AS serve`,
  )) as [ServiceRoles];
  return row;
}
