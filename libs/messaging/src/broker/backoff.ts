import { setTimeout as sleep } from 'node:timers/promises';

export interface BackoffLimits {
  /** Milliseconds before the first repeat. */
  readonly first: number;
  /** Milliseconds that no pause exceeds. */
  readonly most: number;
}

/** A batch that its handler rejected comes again after this. */
export const REDELIVERY: BackoffLimits = { first: 250, most: 5000 };
/**
 * A connection that was lost is tried again after this. kafkajs nests two such pauses, and both can have just begun when a
 * broker is back: they are most of what a consumer then waits for.
 */
export const RECONNECT: BackoffLimits = { first: 100, most: 300 };

/** The pause before repeat number `attempt` (from 0): doubles up to the limit, of which half is left to chance. */
export function backoffMs(attempt: number, { first, most }: BackoffLimits, random = Math.random): number {
  const whole = Math.min(most, first * 2 ** Math.min(attempt, 20));
  return Math.round(whole / 2 + (random() * whole) / 2);
}

/** Waits; returns early, without throwing, when the signal aborts. */
export async function delay(ms: number, signal?: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}

/** Whether the work settled within the time. The work goes on either way; its failure counts as settled. */
export async function settledWithin(work: Promise<unknown>, ms: number): Promise<boolean> {
  const timer = new AbortController();
  const settled = work.then(
    () => true,
    () => true,
  );
  const late = delay(ms, timer.signal).then(() => false);
  const result = await Promise.race([settled, late]);
  timer.abort();
  return result;
}
