import { StartFailure, type SupervisedProcess } from './process';
import { pause } from './wait';

const HELD_FOR_MS = 20_000;

/**
 * Starts a server whose data folder a predecessor may still hold for a moment (one that was killed, or that is being
 * stopped because its parent died): where its output says so, it is tried again.
 */
export async function startUnlessHeld(
  held: RegExp,
  start: () => Promise<SupervisedProcess>,
): Promise<SupervisedProcess> {
  const deadline = Date.now() + HELD_FOR_MS;
  for (;;) {
    try {
      return await start();
    } catch (error) {
      const isHeld = error instanceof StartFailure && error.tail.some((line) => held.test(line));
      if (!isHeld || Date.now() > deadline) throw error;
      await pause(100);
    }
  }
}
