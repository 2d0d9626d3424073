import { type Reader, serveTransaction } from '@liaison/platform';
import type { DataSource } from 'typeorm';
import type { AgencyDatabase } from './agency-database';

/** What every agency's database leaves open: references, numbers, digests, names of fields. */
export const OPEN_IN_EVERY_AGENCY = [
  'casework.change_horizon',
  'casework.webhook',
  'idempotency_key',
  ...[
    'agency_state',
    'audit_record',
    'breaker',
    'case_reference',
    'decided_fields',
    'delivery',
    'intent',
    'lane',
    'overdue',
    'read_event',
    'retention',
    'voiding',
  ].map((table) => `messaging.${table}`),
];

interface ServedTable {
  readonly name: string;
  readonly secured: boolean;
}

/** Tables of which `serve` may read at least one column, by name. */
async function servedTables({ owner, roles }: AgencyDatabase): Promise<ServedTable[]> {
  return owner.query(
    `SELECT c.oid::regclass::text AS name, c.relrowsecurity AS secured
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^(pg_|information_schema)'
        AND has_any_column_privilege($1, c.oid, 'SELECT')
      ORDER BY 1`,
    [roles.serve],
  );
}

/** Tables that `serve` reads whoever it works for: they have to be without anything about a person. */
export async function tablesWithoutRowSecurity(database: AgencyDatabase): Promise<string[]> {
  return (await servedTables(database)).filter(({ secured }) => !secured).map(({ name }) => name);
}

/** How many rows of each table with row security a query sees that has no condition at all. */
export async function rowsSeen(
  database: AgencyDatabase,
  reader: Reader | undefined,
): Promise<Record<string, number>> {
  const seen: Record<string, number> = {};
  for (const { name } of (await servedTables(database)).filter(({ secured }) => secured)) {
    const count = async (source: Pick<DataSource, 'query'>) =>
      source.query<[{ rows: number }]>(`SELECT count(*)::int AS rows FROM ${name}`);
    const [{ rows }] = reader
      ? await serveTransaction(database.serve, reader, count)
      : await count(database.serve);
    seen[name] = rows;
  }
  return seen;
}
