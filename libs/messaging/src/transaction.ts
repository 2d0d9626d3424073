import type { PoolClient, QueryResult } from 'pg';
import type { DataSource, EntityManager } from 'typeorm';
import type { Sql } from './outbox/lanes';

/**
 * One transaction of delivery's own statements, without the layer between. Statements that are asked for without awaiting
 * in between travel together (the connection pipelines): each still sees what those before it did, and when one fails so
 * do those behind it, COMMIT included. `Promise.all` of them rejects with the first failure.
 */
export interface Transaction extends Sql {
  /** The same transaction, for handlers. */
  readonly manager: EntityManager;
  /**
   * May travel with the last statements: whatever is sent after it is outside the transaction. Without it the
   * transaction commits when its work has resolved.
   */
  commit(): Promise<void>;
}

/** TypeORM nests by savepoints where it knows of a transaction, and would begin and commit its own where it does not. */
const BEGUN = { isTransactionActive: true, transactionDepth: 1 };
const ENDED = { isTransactionActive: false, transactionDepth: 0 };

/** Commits when `work` resolves, rolls back when it rejects. BEGIN travels with the first statement. */
export async function transact<T>(
  database: DataSource,
  work: (transaction: Transaction) => Promise<T>,
): Promise<T> {
  const runner = database.createQueryRunner();
  try {
    const client = (await runner.connect()) as PoolClient;
    Object.assign(runner, BEGUN);
    const transaction = new PipelinedTransaction(client, runner.manager);
    try {
      const result = await work(transaction);
      await transaction.commit();
      return result;
    } catch (error) {
      await transaction.rollback();
      throw error;
    }
  } finally {
    Object.assign(runner, ENDED);
    await runner.release();
  }
}

class PipelinedTransaction implements Transaction {
  private readonly begun: Promise<unknown>;
  private committed?: Promise<void>;
  private ended = false;

  constructor(
    private readonly client: PoolClient,
    readonly manager: EntityManager,
  ) {
    this.begun = client.query('BEGIN');
    // Told by `commit`; what follows on a connection that is lost fails too.
    this.begun.catch(() => undefined);
  }

  /** Answers as TypeORM does: rows, and for UPDATE and DELETE rows and their number. */
  async query<T>(sql: string, parameters?: unknown[]): Promise<T> {
    // The connection may be somebody else's by now.
    if (this.ended) throw new Error('a statement came after the end of its transaction');
    const { command, rows, rowCount } = await this.client.query(sql, parameters);
    return (command === 'UPDATE' || command === 'DELETE' ? [rows, rowCount] : rows) as T;
  }

  commit(): Promise<void> {
    this.ended = true;
    this.committed ??= Promise.all([this.begun, this.client.query('COMMIT')]).then(([, ended]) =>
      assertCommitted(ended),
    );
    return this.committed;
  }

  /** Harmless after a COMMIT; waits until everything that was sent has been answered. A lost connection has rolled back. */
  async rollback(): Promise<void> {
    this.ended = true;
    await this.client.query('ROLLBACK').catch(() => undefined);
  }
}

/** PostgreSQL answers the COMMIT of a transaction that has failed with ROLLBACK, and with no error. */
function assertCommitted({ command }: QueryResult): void {
  if (command !== 'COMMIT') throw new Error('a statement failed, so that its transaction was rolled back');
}
