import type { DeadLettersOptions } from './act';
import type { LetterKey } from './letter';
import { redrive } from './redrive';

/** What a recipient says that is a convention or a release behind its sender. */
const BEHIND = ['convention-unknown', 'event-type-unknown', 'event-version-newer', 'event-type-not-handled'];
/** Oldest first, so that each case comes in its order. What is beyond waits for the next start, or for an operator. */
const MOST = 1000;

/**
 * Takes up again what this agency parked because it did not know the convention's version or the event's: it may by now,
 * for these come with a new start. What is still not understood is parked again, with the same reason.
 * @returns how many were taken up
 */
export async function redriveUnderstood(options: DeadLettersOptions): Promise<number> {
  const letters = await options.database.query<LetterKey[]>(
    `SELECT source AS peer, id FROM messaging.inbox
      WHERE state = 'parked' AND reason = ANY ($1) ORDER BY received_at, sequence LIMIT $2`,
    [BEHIND, MOST],
  );
  for (const letter of letters) await redrive(options, letter);
  return letters.length;
}
