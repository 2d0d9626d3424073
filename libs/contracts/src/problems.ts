/** What is wrong with a document: path to what to do. Names of fields that exist and rules; never a value. */
export type Problems = Readonly<Record<string, string>>;

/** Path of the document itself. */
export const ROOT = '$';

export const MISSING = 'is missing';

/** The unknown name itself is not repeated: it came from outside and may be anything. */
export function unknownField(known: readonly string[]): string {
  return `has a field that is not one of: ${known.join(', ')}`;
}

/** Does a JSON value nest deeper than `limit`? Goes no deeper than that, so that no depth can exhaust the stack. */
export function isDeeperThan(value: unknown, limit: number): boolean {
  if (limit < 0) return true;
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some((item) => isDeeperThan(item, limit - 1));
  for (const name of Object.keys(value)) {
    if (isDeeperThan((value as Record<string, unknown>)[name], limit - 1)) return true;
  }
  return false;
}

/** Deeper than anything that an event type has. */
export const MAX_DEPTH = 32;
