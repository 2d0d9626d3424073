import type { Duplex } from 'node:stream';
import { Client, type ClientConfig } from 'pg';
import { sqlState } from './database-errors';

/** More than a service has. A text beyond them, such as one made for a list of a certain length, is parsed anew. */
const MAX_STATEMENTS = 300;
/** A migration has changed what the statement returns: PostgreSQL refuses the old plan, and says so under this code. */
const PLAN_OUTDATED = '0A000';

/** Name by text, the same in every connection that shares them: PostgreSQL keeps prepared statements by connection. */
export class StatementNames {
  private readonly names = new Map<string, string>();
  private named = 0;

  of(text: string): string | undefined {
    let name = this.names.get(text);
    if (name === undefined && this.names.size < MAX_STATEMENTS) {
      name = `liaison_${(this.named += 1)}`;
      this.names.set(text, name);
    }
    return name;
  }

  /** The statement that met the change fails; the next one, on any connection, is prepared under a new name. */
  forget(text: string): void {
    this.names.delete(text);
  }
}

const OF_THIS_PROCESS = new StatementNames();

/**
 * Prepares each statement with parameters once a connection, so that PostgreSQL parses it once and, where that costs no
 * more, plans it once: for statements as long as those of delivery, that is half of its work. A pooler between service
 * and database has to support prepared statements. A connection that is lost never ends the process. With `pipeline` set
 * a statement does not wait for the answer to the one before it.
 */
export class PreparingClient extends Client {
  constructor(config?: string | ClientConfig, names = OF_THIS_PROCESS) {
    super(config);
    this.on('error', heard);
    const submit = this.query.bind(this) as (...parameters: unknown[]) => unknown;
    const query: typeof submit = (...parameters) => {
      this.gather();
      return submit(...parameters);
    };
    this.query = ((text: unknown, values: unknown, ...rest: unknown[]) => {
      const prepares = typeof text === 'string' && Array.isArray(values) && values.length > 0;
      const name = prepares ? names.of(text) : undefined;
      if (name === undefined) return query(text, values, ...rest);
      const result = query({ name, text, values }, ...rest);
      if (result instanceof Promise) {
        result.catch((error: unknown) => {
          if (sqlState(error) === PLAN_OUTDATED) names.forget(text as string);
        });
      }
      return result;
    }) as Client['query'];
  }

  /** Statements that are sent in the same turn of the event loop leave in one write. */
  private gather(): void {
    const { stream } = (this as unknown as { readonly connection: { readonly stream: Duplex } }).connection;
    if (stream.writableCorked > 0) return;
    stream.cork();
    process.nextTick(() => stream.uncork());
  }
}

/**
 * A lost connection is an `error` event, which ends the process where nobody listens. Pool and TypeORM hand a connection
 * over to each other with nobody listening in between, and what the server says as it dies may come just then. Whoever
 * uses the connection is told by the failing statement, or by the pool.
 */
const heard = (): void => undefined;
