import type { Stage } from '@liaison/messaging';
import { join } from 'node:path';

export interface Crash {
  readonly stage: Stage;
  /** The n-th time that the stage is reached (default 1). */
  readonly nth?: number;
  /** Default SIGKILL. */
  readonly signal?: 'SIGKILL' | 'SIGSTOP';
  /** Counts only what concerns this topic. */
  readonly topic?: string;
}

const PRELOAD = join(__dirname, '..', 'src', 'crash-at.cjs');

/** Environment of a service that is to be killed, or stopped, at an exact line of delivery. */
export function crashAt({ stage, nth = 1, signal = 'SIGKILL', topic }: Crash): Record<string, string> {
  return {
    NODE_OPTIONS: `--require ${JSON.stringify(PRELOAD)}`,
    LIAISON_CRASH_AT: `${stage}:${nth}`,
    LIAISON_CRASH_SIGNAL: signal,
    ...(topic !== undefined && { LIAISON_CRASH_TOPIC: topic }),
  };
}

/** What the preload writes to the log of the service just before. */
export function crashLine({ stage, signal = 'SIGKILL' }: Crash): string {
  return `${signal} at ${stage} of `;
}
