import { Socket } from 'node:net';
import { Logger } from '@nestjs/common';
import { sqlState } from './database-errors';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { PreparingClient } from './preparing-client';

export interface OpenDatabaseOptions {
  readonly url: string;
  readonly entities: readonly (new () => object)[];
  readonly poolSize: number;
  /** Shown in `pg_stat_activity`. */
  readonly applicationName: string;
  readonly statementTimeoutMs: number;
}

/** A transaction that does nothing for so long holds back vacuum, and with it the queues. */
const IDLE_IN_TRANSACTION_MS = 10_000;
/** Also where this process itself does not get the processor for seconds, as when several start at once. */
const CONNECT_TIMEOUT_MS = 20_000;
/** On top of the time that PostgreSQL gives a statement. */
const ANSWER_MARGIN_MS = 5_000;
/**
 * A plan is made once and kept (`PreparingClient`), often while the tables are still empty, where reading all of a table
 * looks cheap. Every statement here looks up few rows by an index, so that is what it gets, however large they grow.
 */
const PLANS_THAT_LAST = '-c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off';

const logger = new Logger('Database');

/**
 * An initialised pool of one role. Never synchronises and never migrates: see `migrate`. A connection that is lost
 * while idle is replaced; it does not end the process.
 */
export async function openDatabase(options: OpenDatabaseOptions): Promise<DataSource> {
  return new DataSource(dataSourceOptions(options)).initialize();
}

export function dataSourceOptions(options: OpenDatabaseOptions): DataSourceOptions {
  return {
    type: 'postgres',
    url: options.url,
    entities: [...options.entities],
    synchronize: false,
    migrationsRun: false,
    installExtensions: false,
    logging: false,
    applicationName: options.applicationName,
    poolErrorHandler: (error: unknown) =>
      logger.warn(
        `an idle connection of ${options.applicationName} was lost (${sqlState(error) ?? 'no SQLSTATE'})`,
      ),
    extra: {
      Client: PreparingClient,
      pipeline: true,
      options: PLANS_THAT_LAST,
      max: options.poolSize,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      statement_timeout: options.statementTimeoutMs,
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
      keepAlive: true,
      stream: () => connectionThatAnswers(options.statementTimeoutMs + ANSWER_MARGIN_MS),
    },
  };
}

/**
 * PostgreSQL ends its statements itself, but only as long as it is there: behind a firewall that has forgotten a
 * connection, or on a machine that is gone, nobody does, and whoever waits would wait for ever. So a connection on which
 * nothing has come or gone for longer than any statement may take is given up. (A pool gives idle ones back much sooner.)
 */
function connectionThatAnswers(silenceMs: number): Socket {
  const socket = new Socket();
  socket.setTimeout(silenceMs, () =>
    socket.destroy(
      Object.assign(new Error(`PostgreSQL has not answered for ${silenceMs} ms`), { code: 'ETIMEDOUT' }),
    ),
  );
  return socket;
}
