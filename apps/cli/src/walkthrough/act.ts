import { randomUUID } from 'node:crypto';
import type { Caller } from './caller';

/** What answers to an act: which thing it was about, and what became of it. */
export interface Acted {
  readonly id: string;
  readonly state: string;
  readonly version: number;
}

export interface Act {
  readonly body?: object;
  /** Of what is acted on; absent where something new is made. */
  readonly version?: number;
  readonly status?: number;
}

/** Acts once, on the version that was seen. @throws AppError `walkthrough-failed` when the answer is another than expected */
export async function act<T = Acted>(
  caller: Caller,
  path: string,
  { body = {}, version, status = 202 }: Act = {},
): Promise<T> {
  const headers = {
    'idempotency-key': randomUUID(),
    ...(version !== undefined && { 'if-match': `"${version}"` }),
  };
  return (await caller.call<T>(path, { method: 'POST', status, headers, body })).body;
}
