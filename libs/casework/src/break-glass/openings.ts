import type { Identity } from '@liaison/platform';
import type { EntityManager } from 'typeorm';

/** What is open now to the caller of this case: until when, or nothing. In the transaction that reads. */
export async function openUntil(
  manager: EntityManager,
  { unit, pseudonym }: Pick<Identity, 'unit' | 'pseudonym'>,
  caseId: string,
  at: Date,
): Promise<Date | undefined> {
  const [row] = await manager.query<{ until: Date | null }[]>(
    `SELECT max(until) AS until FROM desk.break_glass
      WHERE case_id = $1 AND unit = $2 AND agent = $3 AND ended_at IS NULL AND until > $4
        AND verdict IS DISTINCT FROM 'objected'`,
    [caseId, unit, pseudonym, at],
  );
  return row?.until ?? undefined;
}

/** The cases that are open now to the caller. In the transaction that reads. */
export async function openCases(
  manager: EntityManager,
  { unit, pseudonym }: Pick<Identity, 'unit' | 'pseudonym'>,
  at: Date,
): Promise<ReadonlySet<string>> {
  const rows = await manager.query<{ case_id: string }[]>(
    `SELECT DISTINCT case_id FROM desk.break_glass
      WHERE unit = $1 AND agent = $2 AND ended_at IS NULL AND until > $3 AND verdict IS DISTINCT FROM 'objected'`,
    [unit, pseudonym, at],
  );
  return new Set(rows.map(({ case_id: caseId }) => caseId));
}

/** Until the transaction ends: of two that somebody opens at once, the later sees the earlier. */
export async function lockOpenings(
  manager: EntityManager,
  { pseudonym }: Pick<Identity, 'pseudonym'>,
  caseId: string,
): Promise<void> {
  await manager.query(
    `SELECT pg_advisory_xact_lock(hashtextextended('break-glass of ' || $1 || ' by ' || $2, 0))`,
    [caseId, pseudonym],
  );
}
