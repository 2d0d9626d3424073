import { type Reader, serveTransaction, sqlState } from '@liaison/platform';
import type { DataSource } from 'typeorm';

/**
 * `done`, or the SQLSTATE of the refusal, of each statement tried as the role of the pool: one after the other, for the
 * reader where there is one.
 */
export async function outcomesAs(
  role: DataSource,
  tries: Readonly<Record<string, string>>,
  reader?: Reader,
): Promise<Record<string, string | undefined>> {
  const outcomes: Record<string, string | undefined> = {};
  for (const [name, sql] of Object.entries(tries)) {
    const tried = reader ? serveTransaction(role, reader, (manager) => manager.query(sql)) : role.query(sql);
    outcomes[name] = await tried.then(
      () => 'done',
      (error: unknown) => sqlState(error),
    );
  }
  return outcomes;
}

/** What `outcomesAs` gives for a role that may do these and nothing else. */
export const onlyAllowed = (
  tries: Readonly<Record<string, string>>,
  allowed: readonly string[],
): Record<string, string> =>
  Object.fromEntries(Object.keys(tries).map((name) => [name, allowed.includes(name) ? 'done' : '42501']));
