import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';

/** What follows one request, or one event, through every asynchronous step of this process. */
export const correlation = new AsyncLocalStorage<{ readonly correlationId: string }>();

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The id that came, if it is a UUID (free text could carry anything into the logs); else a new one. */
export function correlationIdFrom(header: unknown): string {
  return typeof header === 'string' && UUID.test(header) ? header.toLowerCase() : randomUUID();
}

/** The current correlation id; a new one outside of any request or event. */
export function currentCorrelationId(): string {
  return correlation.getStore()?.correlationId ?? randomUUID();
}

export function withCorrelation<T>(correlationId: string, run: () => T): T {
  return correlation.run({ correlationId }, run);
}
