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
  /** When it was first asked for and when it was accepted, as `performance.now()` has it. */
  readonly askedAt: number;
  readonly acceptedAt: number;
}

export interface Load {
  /** Grows while it runs. */
  readonly accepted: readonly Accepted[];
  /** Waits for so many more. */
  more(count: number): Promise<void>;
  /** Begins no further notice; resolves when every begun one has been accepted. */
  stop(): Promise<void>;
}

export interface LoadOptions extends Pace {
  /** Where the next attempt goes; default: the police. */
  readonly nextUrl?: () => string;
  /** Of one attempt, in ms (default 10,000). */
  readonly timeoutMs?: number;
  /** Refusals of the system's making, such as of a token by a clock that was stepped: asked again too. */
  readonly passing?: readonly number[];
}

export interface Pace {
  /** Between two notices of a client, in ms: enough to have something under way at every moment, not to fill the machine (default 50). */
  readonly paceMs?: number;
}

const CLIENTS = 3;
const PACE_MS = 50;
const PATIENCE_MS = 60_000;
const RETRY_MS = 100;
let named = 0;

/** Issues notices as careful clients do: what has no answer, or a failing one, is asked again with the same key. */
export function startLoad(system: System, options: LoadOptions = {}): Load {
  return startClients(() => issue(system, options), options);
}

/** Clients that ask for one thing after another until they are stopped. */
export function startClients(issueOne: () => Promise<Accepted>, { paceMs = PACE_MS }: Pace = {}): Load {
  const accepted: Accepted[] = [];
  let stopping = false;
  const client = async (): Promise<void> => {
    while (!stopping) {
      accepted.push(await issueOne());
      await sleep(paceMs);
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

async function issue(system: System, { nextUrl, timeoutMs, passing = [] }: LoadOptions): Promise<Accepted> {
  const familyName = newName();
  const body = { state: 'issued', content: aNotice({ civilStatus: { declared: { familyName } } }) };
  const headers = { 'idempotency-key': randomUUID() };
  return untilAccepted(familyName, passing, () => {
    const url = nextUrl?.();
    return call<{ id: string }>(system, 'police', 'officer-brp', '/v1/notices', {
      body,
      headers,
      ...(url !== undefined && { url }),
      ...(timeoutMs !== undefined && { timeoutMs }),
    });
  });
}

/** The family name of a person who has not been yet. */
export const newName = (): string => `${MARK} person ${(named += 1)}`;

/** Asks again until the answer is 202. @throws Error when patience is over, or at a refusal that asking cannot change */
export async function untilAccepted(
  familyName: string,
  passing: readonly number[],
  ask: () => Promise<Answer<{ id: string }>>,
): Promise<Accepted> {
  const askedAt = performance.now();
  const deadline = askedAt + PATIENCE_MS;
  let last: unknown;
  while (performance.now() < deadline) {
    const answer = await ask().catch((error: unknown) => {
      last = error;
    });
    if (answer?.status === 202) {
      return { id: answer.body.id, familyName, askedAt, acceptedAt: performance.now() };
    }
    if (answer) last = refusalOf(answer, passing);
    await sleep(RETRY_MS);
  }
  throw new Error(`a notice was not accepted in ${PATIENCE_MS} ms`, { cause: last });
}

/** What asking again may change; anything else is the test's mistake, or a defect. */
function refusalOf({ status, body }: Answer<unknown>, passing: readonly number[]): string {
  const text = `${status} ${JSON.stringify(body)}`;
  if (status >= 500 || status === 429 || passing.includes(status)) return text;
  throw new Error(`a notice was refused: ${text}`);
}
