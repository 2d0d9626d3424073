import { query } from '../books';
import type { System } from '../system';

/** Streams of which an event was applied before an earlier one of the same case: the audit log says in which order it appended. */
export async function findOrderFaults(system: System): Promise<string[]> {
  const rows = await query<{ agency: string; number: number; before: number }>(
    system.databaseUrl('audit-log'),
    APPENDED_OUT_OF_ORDER,
  );
  return rows.map(({ agency, number, before }) => `the audit log has ${number} of ${agency} after ${before}`);
}

const APPENDED_OUT_OF_ORDER = `
SELECT * FROM (
  SELECT agency, number, lag(number, 1, 0) OVER (PARTITION BY agency, epoch ORDER BY position) AS before
    FROM audit_log.record) AS appended
 WHERE number <> before + 1 LIMIT 10`;
