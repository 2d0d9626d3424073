import { isDeepStrictEqual } from 'node:util';
import { AppError } from '@liaison/kernel';

/** Something that the walkthrough says does not hold. */
export const doesNotHold = (what: string, found?: unknown): AppError =>
  new AppError(
    'walkthrough-failed',
    `The walkthrough stopped: ${what}${found === undefined ? '' : `, but found ${JSON.stringify(found)}`}.`,
  );

/** @throws AppError `walkthrough-failed`; its message is one line. */
export function claim(holds: boolean, what: string, found?: unknown): asserts holds {
  if (!holds) throw doesNotHold(what, found);
}

/** @throws AppError `walkthrough-failed` */
export function claimEqual(found: unknown, expected: unknown, what: string): void {
  claim(isDeepStrictEqual(found, expected), what, found);
}

/** The value, once there is one. @throws AppError `walkthrough-failed` */
export function claimPresent<T>(value: T | null | undefined, what: string): T {
  claim(value !== null && value !== undefined, what);
  return value;
}
