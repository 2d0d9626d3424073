/** Time comes in as an argument: pure code takes a `Date`, effects at the edge ask the `Clock`. */
export interface Clock {
  /** The current instant (UTC, ms resolution). */
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };
