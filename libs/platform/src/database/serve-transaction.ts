import type { DataSource, EntityManager } from 'typeorm';
import type { Identity } from '../identity/identity';
import { inSpan } from '../tracing/spans';

/** Who a transaction works for: an `Identity`, or a part of one. */
export type Reader = Pick<Identity, 'agency' | 'unit' | 'roles'>;

/** Equal for those whose work may share a transaction. */
export const readerKey = ({ agency, unit, roles }: Reader): string => [agency, unit, ...roles].join(' ');

const SET_READER = `SELECT set_config('liaison.agency', $1, true), set_config('liaison.unit', $2, true), set_config('liaison.roles', $3, true)`;

/** For the rest of the transaction. Whoever does not wait for it has it travel with the next statement. */
export async function tellReader(sql: Pick<EntityManager, 'query'>, reader: Reader): Promise<void> {
  await sql.query(SET_READER, [reader.agency, reader.unit, reader.roles.join(',')]);
}

/**
 * The way in which the role `serve` queries (`serveTogether` of casework is the same for hot paths): one transaction that
 * knows agency, unit and roles (comma-separated) as settings local to it, ready for row-level security. Commits when
 * `work` resolves, rolls back when it rejects.
 */
export async function serveTransaction<T>(
  dataSource: DataSource,
  reader: Reader,
  work: (manager: EntityManager) => Promise<T>,
): Promise<T> {
  return inSpan('transaction', () =>
    dataSource.transaction(async (manager) => {
      // Travels with the first statement of `work`, before it. Had it failed, so would everything behind it.
      const told = tellReader(manager, reader);
      told.catch(() => undefined);
      const result = await work(manager);
      await told;
      return result;
    }),
  );
}
