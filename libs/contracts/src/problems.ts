/** What is wrong with a document: path to what to do. Names of fields that exist and rules; never a value. */
export type Problems = Readonly<Record<string, string>>;

/** Path of the document itself. */
export const ROOT = '$';

export const MISSING = 'is missing';

/** The unknown name itself is not repeated: it came from outside and may be anything. */
export function unknownField(known: readonly string[]): string {
  return `has a field that is not one of: ${known.join(', ')}`;
}

/** Does a JSON value nest deeper than `limit`? Does not recurse, so that no depth can exhaust the stack. */
export function isDeeperThan(value: unknown, limit: number): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > limit) return true;
    level = level.flatMap((item) =>
      typeof item === 'object' && item !== null ? (Object.values(item) as unknown[]) : [],
    );
  }
  return false;
}

/** Deeper than anything that an event type has. */
export const MAX_DEPTH = 32;
