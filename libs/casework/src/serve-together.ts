import { transact, type Transaction } from '@liaison/messaging';
import { type Reader, tellReader } from '@liaison/platform';
import type { DataSource } from 'typeorm';

/**
 * `serveTransaction` for hot paths: statements that wait for no answer travel together, BEGIN and who reads with the first
 * of them, and COMMIT with the last where `work` says so.
 */
export function serveTogether<T>(
  database: DataSource,
  reader: Reader,
  work: (transaction: Transaction) => Promise<T>,
): Promise<T> {
  return transact(database, async (transaction) => {
    // Had it failed, so would everything behind it.
    const told = tellReader(transaction, reader);
    told.catch(() => undefined);
    const result = await work(transaction);
    await told;
    return result;
  });
}
