import { AppError } from '@liaison/kernel';

/** One opening in an emergency: pure; instants are passed in. */
export interface BreakGlass {
  /** Pseudonym of whoever opened. */
  readonly agent: string;
  /** It ends by itself. */
  readonly until: Date;
  readonly endedAt: Date | null;
  readonly verdict: Verdict | null;
  readonly version: number;
}

export const VERDICTS = ['approved', 'objected'] as const;
export type Verdict = (typeof VERDICTS)[number];

export type BreakGlassCommand =
  | { readonly type: 'end'; readonly by: string; readonly supervisor: boolean; readonly at: Date }
  | { readonly type: 'review'; readonly by: string; readonly verdict: Verdict };

export type BreakGlassEvent =
  { readonly type: 'ended'; readonly at: Date } | { readonly type: 'reviewed'; readonly verdict: Verdict };

export const isOpen = ({ until, endedAt }: BreakGlass, at: Date): boolean => endedAt === null && at < until;

/** @throws AppError `break-glass-over`, `break-glass-not-yours`, `break-glass-reviewed`, `review-own` */
export function decide(state: BreakGlass, command: BreakGlassCommand): BreakGlassEvent {
  switch (command.type) {
    case 'end':
      if (!isOpen(state, command.at)) throw new AppError('break-glass-over', 'It has ended already.');
      if (command.by !== state.agent && !command.supervisor) {
        throw new AppError('break-glass-not-yours', 'Whoever opened it ends it, or a supervisor.');
      }
      return { type: 'ended', at: command.at };
    case 'review':
      if (state.verdict !== null) throw new AppError('break-glass-reviewed', 'It has been reviewed.');
      if (command.by === state.agent) {
        throw new AppError('review-own', 'A second person reviews it: never the one who opened it.');
      }
      return { type: 'reviewed', verdict: command.verdict };
  }
}

/** What was objected to ends with the objection. */
export function evolve(state: BreakGlass, event: BreakGlassEvent, at: Date): BreakGlass {
  const version = state.version + 1;
  if (event.type === 'ended') return { ...state, endedAt: event.at, version };
  const ends = event.verdict === 'objected' && isOpen(state, at);
  return { ...state, verdict: event.verdict, version, ...(ends && { endedAt: at }) };
}
