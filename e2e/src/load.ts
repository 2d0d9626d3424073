import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { aNotice, eventually } from '@liaison/testing';
import { type Answer, call } from './http';
import { MARK } from './marked-notice';
import type { System } from './system';

/** A notice that the police has answered 202 for. */
export interface Accepted {
  readonly id: string;
  /** The family name that no other notice has. */
  readonly familyName: string;
}

export interface Load {
  /** Grows while it runs. */
  readonly accepted: readonly Accepted[];
  /** Waits for so many more. */
  more(count: number): Promise<void>;
  /** Begins no further notice; resolves when every begun one has been accepted. */
  stop(): Promise<void>;
}

export interface LoadOptions {
  /** Where the next attempt goes; default: the police. */
  readonly nextUrl?: () => string;
  /** Of one attempt, in ms (default 10,000). */
  readonly timeoutMs?: number;
}

const CLIENTS = 3;
/** Between two notices of a client, in ms: enough to have something under way at every moment, not to fill the machine. */
const PACE_MS = 50;
const PATIENCE_MS = 60_000;
const RETRY_MS = 100;
let named = 0;

/** Issues notices as careful clients do: what has no answer, or a failing one, is asked again with the same key. */
export function startLoad(system: System, options: LoadOptions = {}): Load {
  const accepted: Accepted[] = [];
  let stopping = false;
  const client = async (): Promise<void> => {
    while (!stopping) {
      accepted.push(await issue(system, options));
      await sleep(PACE_MS);
    }
  };
  const clients = Promise.allSettled(Array.from({ length: CLIENTS }, client));
  return {
    accepted,
    more: async (count) => {
      const goal = accepted.length + count;
      await eventually(() => accepted.length >= goal, { timeoutMs: PATIENCE_MS });
    },
    stop: async () => {
      stopping = true;
      for (const outcome of await clients) if (outcome.status === 'rejected') throw outcome.reason;
    },
  };
}

async function issue(system: System, { nextUrl, timeoutMs }: LoadOptions): Promise<Accepted> {
  const familyName = `${MARK} person ${(named += 1)}`;
  const body = { state: 'issued', content: aNotice({ civilStatus: { declared: { familyName } } }) };
  const headers = { 'idempotency-key': randomUUID() };
  const deadline = Date.now() + PATIENCE_MS;
  let last: unknown;
  while (Date.now() < deadline) {
    const url = nextUrl?.();
    const answer = await call<{ id: string }>(system, 'police', 'officer-brp', '/v1/notices', {
      body,
      headers,
      ...(url !== undefined && { url }),
      ...(timeoutMs !== undefined && { timeoutMs }),
    }).catch((error: unknown) => {
      last = error;
    });
    if (answer?.status === 202) return { id: answer.body.id, familyName };
    if (answer) last = refusalOf(answer);
    await sleep(RETRY_MS);
  }
  throw new Error(`a notice was not accepted in ${PATIENCE_MS} ms`, { cause: last });
}

/** What asking again may change; anything else is the test's mistake, or a defect. */
function refusalOf({ status, body }: Answer<unknown>): string {
  const text = `${status} ${JSON.stringify(body)}`;
  if (status >= 500 || status === 429) return text;
  throw new Error(`a notice was refused: ${text}`);
}
