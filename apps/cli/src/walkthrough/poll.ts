import { doesNotHold } from './claim';

const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 250;
const WITHIN_MS = 20_000;

/** When something was first seen, in ms of `performance.now()`. */
export interface Seen<T> {
  readonly value: T;
  /** When the look that saw it had its answer. */
  readonly byMs: number;
  /** When the last look that did not see it began: absent where the first saw it. */
  readonly notBeforeMs?: number;
}

/**
 * Looks until there is something to see, each time a little later (services limit requests a minute).
 * @throws AppError `walkthrough-failed`
 */
export async function pollFor<T>(
  what: string,
  look: () => Promise<T | undefined>,
  { firstPauseMs = FIRST_PAUSE_MS, withinMs = WITHIN_MS } = {},
): Promise<Seen<T>> {
  const deadline = performance.now() + withinMs;
  let notBeforeMs: number | undefined;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 1.1, LONGEST_PAUSE_MS)) {
    const begun = performance.now();
    const value = await look();
    if (value !== undefined) {
      return { value, byMs: performance.now(), ...(notBeforeMs !== undefined && { notBeforeMs }) };
    }
    notBeforeMs = begun;
    if (begun > deadline) throw doesNotHold(`${what} within ${withinMs / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
