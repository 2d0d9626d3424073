/** A run of sequences, both ends included. */
export interface Run {
  readonly from: number;
  readonly to: number;
}

/**
 * The sequences after `upTo` and up to `highest` that are not here, as runs in order, at most `limit` sequences in all:
 * what is farther away is asked for when its turn is near. Pure.
 */
export function missingRuns(upTo: number, highest: number, here: readonly number[], limit: number): Run[] {
  const runs: Run[] = [];
  let next = upTo + 1;
  let room = limit;
  for (const present of [...[...here].sort((a, b) => a - b), highest + 1]) {
    if (present < next) continue;
    const to = Math.min(present - 1, highest, next + room - 1);
    if (to >= next) {
      runs.push({ from: next, to });
      room -= to - next + 1;
    }
    if (room <= 0 || present > highest) break;
    next = present + 1;
  }
  return runs;
}
