export interface Retries {
  /** Of one request, the first included. Default 4; 1 never asks again. */
  readonly attempts: number;
  /** Before the second attempt where the service names no time; doubled for each one after it. Default 500. */
  readonly delayMs: number;
  /** A service that wants more time than this is not asked again by itself. Default 30,000. */
  readonly longestMs: number;
}

export const RETRIES: Retries = { attempts: 4, delayMs: 500, longestMs: 30_000 };

/** What came of an attempt: a status, or nothing at all. */
export interface Failure {
  readonly status?: number;
  readonly retryAfterMs?: number | undefined;
}

/** The service, or what stands before it, could not just now. */
const UNAVAILABLE = [502, 503, 504];
/** Refused before anything was done. */
const NOT_TAKEN = [429];

/**
 * Whether to ask again, and after how long. Only what was certainly not done, or may be done again (`repeatable`: reads, and
 * commands with an idempotency key).
 * @param attempt how many there have been; from 1
 * @param random from 0 to 1: callers that failed together should not come back together
 * @returns milliseconds, or nothing for no
 */
export function retryAfter(
  { status, retryAfterMs }: Failure,
  attempt: number,
  repeatable: boolean,
  { attempts, delayMs, longestMs }: Retries,
  random: number,
): number | undefined {
  if (attempt >= attempts) return undefined;
  const passing = status === undefined || UNAVAILABLE.includes(status);
  if (!(status !== undefined && NOT_TAKEN.includes(status)) && !(passing && repeatable)) return undefined;
  if (retryAfterMs !== undefined && retryAfterMs > longestMs) return undefined;
  const own = Math.min(longestMs, delayMs * 2 ** (attempt - 1));
  return Math.round(retryAfterMs ?? own * (0.5 + random / 2));
}

/** `Retry-After` in seconds, as the services send it (RFC 9110 also knows dates: what stands between may send one). */
export function retryAfterMs(header: string | null, now: Date): number | undefined {
  if (header === null) return undefined;
  if (/^\d+$/.test(header.trim())) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now.getTime());
}
