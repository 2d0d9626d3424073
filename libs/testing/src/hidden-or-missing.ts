import { SERVE_DATABASE } from '@liaison/platform';
import type { Test } from 'supertest';
import type { DataSource } from 'typeorm';
import type { TestService } from './agency-harness';

/** Everything of an answer by which somebody could tell one from another. */
export interface SeenFromOutside {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
  /** What the database was asked for it, in order: as many statements, and the same ones, take the same way. */
  readonly statements: readonly string[];
}

/** Of each answer anew, whatever it says. */
const OF_THE_REQUEST = ['date', 'x-correlation-id', 'traceparent'];

/**
 * What is seen of an answer about one thing, the thing's own id left out. Of what is hidden and of what there is not it MUST be equal,
 * or an answer tells that something exists; a stopwatch would find less than the statements do.
 * @param id as the request names it
 */
export async function seenFromOutside(
  service: TestService,
  id: string,
  ask: (id: string) => Test,
): Promise<SeenFromOutside> {
  const database = service.app.get<DataSource>(SERVE_DATABASE);
  const statements: string[] = [];
  const { logger } = database;
  database.logger = {
    ...{
      logQueryError: ignore,
      logQuerySlow: ignore,
      logSchemaBuild: ignore,
      logMigration: ignore,
      log: ignore,
    },
    logQuery: (query) => void statements.push(query),
  };
  try {
    const answer = await ask(id);
    const { status, text } = answer;
    const headers = answer.headers as Readonly<Record<string, unknown>>;
    const { correlationId } = answer.body as { readonly correlationId?: string };
    return {
      status,
      headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !OF_THE_REQUEST.includes(name))),
      body: text.replaceAll(id, 'ID').replaceAll(correlationId ?? '\u0000', 'CORRELATION'),
      statements,
    };
  } finally {
    database.logger = logger;
  }
}

const ignore = (): void => undefined;
