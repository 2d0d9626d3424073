import type { OpinionRefusalReason, OpinionWithdrawalReason } from '@liaison/contracts';
import { AppError } from '@liaison/kernel';

/** `answered`: with a notice. `taken-back`: it never was for this agency, and what was in it is gone. */
export const OPINION_STATES = ['open', 'answered', 'refused', 'withdrawn', 'taken-back'] as const;
export type OpinionState = (typeof OPINION_STATES)[number];

/** What a préfecture asks of a unit. */
export interface OpinionRequest {
  readonly state: OpinionState;
  /** Counts its changes, from 1. */
  readonly version: number;
  /** Id of the notice that answers it. */
  readonly noticeId?: string;
  /** Nobody waits any more; an answer that was given before stays one. */
  readonly withdrawn?: OpinionWithdrawalReason;
}

export type OpinionCommand =
  | { readonly type: 'receive' }
  | { readonly type: 'answer'; readonly noticeId: string }
  | { readonly type: 'refuse'; readonly reason: OpinionRefusalReason }
  | { readonly type: 'receive-withdrawal'; readonly reason: OpinionWithdrawalReason }
  | { readonly type: 'take-back' };

export type OpinionEvent =
  | { readonly type: 'received' }
  | { readonly type: 'answered'; readonly noticeId: string }
  | { readonly type: 'refused'; readonly reason: OpinionRefusalReason }
  | { readonly type: 'withdrawn'; readonly reason: OpinionWithdrawalReason }
  | { readonly type: 'taken-back' };

/**
 * One event a command. It is answered once, late or not; nobody answers what nobody asks any more. What was answered
 * before its withdrawal came stays answered, as it does where it was asked.
 * @throws AppError `opinion-exists`, `opinion-not-found`, `opinion-answered`, `opinion-withdrawn`
 */
export function decide(request: OpinionRequest | undefined, command: OpinionCommand): OpinionEvent {
  if (command.type === 'receive') {
    if (request) throw new AppError('opinion-exists', 'It has come before.');
    return { type: 'received' };
  }
  if (!request) throw noSuchOpinion();
  switch (command.type) {
    case 'answer':
      requireOpen(request);
      return { type: 'answered', noticeId: command.noticeId };
    case 'refuse':
      requireOpen(request);
      return { type: 'refused', reason: command.reason };
    case 'receive-withdrawal':
      if (request.withdrawn || request.state === 'taken-back') throw withdrawn();
      return { type: 'withdrawn', reason: command.reason };
    case 'take-back':
      if (request.state === 'taken-back') throw withdrawn();
      return { type: 'taken-back' };
  }
}

export function evolve(request: OpinionRequest | undefined, event: OpinionEvent): OpinionRequest {
  if (event.type === 'received') return { state: 'open', version: 1 };
  if (!request) throw new TypeError('it follows the arrival of a request');
  const next = { ...request, version: request.version + 1 };
  switch (event.type) {
    case 'answered':
      return { ...next, state: 'answered', noticeId: event.noticeId };
    case 'refused':
      return { ...next, state: 'refused' };
    case 'withdrawn':
      return {
        ...next,
        state: request.state === 'open' ? 'withdrawn' : request.state,
        withdrawn: event.reason,
      };
    case 'taken-back':
      return { ...next, state: 'taken-back' };
  }
}

function requireOpen({ state }: OpinionRequest): void {
  if (state === 'open') return;
  if (state === 'withdrawn' || state === 'taken-back') throw withdrawn();
  throw new AppError(
    'opinion-answered',
    'It has been answered: amend the notice that answers it, or write one of your own.',
  );
}

const withdrawn = () => new AppError('opinion-withdrawn', 'It was withdrawn: nobody waits for an answer.');

export const noSuchOpinion = () =>
  new AppError('opinion-not-found', 'Your unit has been asked no such opinion.');

/** Nobody has answered and the last day is over. */
export const isOverdue = (state: OpinionState, dueAt: Date | null, at: Date): boolean =>
  state === 'open' && dueAt !== null && at >= dueAt;

export const isLate = (answeredAt: Date | null, dueAt: Date | null): boolean =>
  answeredAt !== null && dueAt !== null && answeredAt >= dueAt;
