import type { NoticeStanding, ReceivedNotice } from '@liaison/casework';
import { AppError } from '@liaison/kernel';

/** Somebody's decision to rest an act on a notice that its sender no longer stands by. */
export interface Despite {
  readonly standing: NoticeStanding;
  /** What its sender said: a stable word. */
  readonly standingReason: string | null;
  /** Why the act rests on it all the same, in the words of whoever decided. */
  readonly reason: string;
}

/**
 * Whether a new act may rest on a notice: on one that stands, yes; on one that was withdrawn, superseded or recalled only
 * when a person says why.
 * @param despite what the person says
 * @returns what is to be recorded with the act
 * @throws AppError `notice-no-longer-stands`
 */
export function requireReliable(
  { standing, standingReason }: Pick<ReceivedNotice, 'standing' | 'standingReason'>,
  despite: string | undefined,
): Despite | null {
  if (standing === 'current') return null;
  if (despite !== undefined) return { standing, standingReason, reason: despite };
  const because = standingReason ? ` (${standingReason})` : '';
  throw new AppError(
    'notice-no-longer-stands',
    `The notice is ${standing} by its sender${because}: say in despite why this may rest on it, or wait for another.`,
  );
}
