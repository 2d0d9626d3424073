import type { OpinionOutcome, OpinionWithdrawalReason } from '@liaison/contracts';
import { AppError } from '@liaison/kernel';
import { addMonths, type Day } from '../law/days';

/** `answered`: with a notice. */
export const OPINION_STATES = ['asked', 'answered', 'refused', 'withdrawn'] as const;
export type OpinionState = (typeof OPINION_STATES)[number];

/** One question to one investigating unit. */
export interface OpinionRequest {
  readonly state: OpinionState;
  /** Counts its changes, from 1. */
  readonly version: number;
  /** Last legal day for the answer. */
  readonly dueOn: Day;
  readonly answer?: { readonly outcome: OpinionOutcome; readonly at: Date };
  /** Id of the received notice that answers it; it may come before the answer that announces it, or never. */
  readonly noticeId?: string;
  readonly withdrawn?: { readonly reason: OpinionWithdrawalReason };
}

export type OpinionCommand =
  | { readonly type: 'ask'; readonly today: Day; readonly dueOn: Day }
  | { readonly type: 'withdraw'; readonly reason: OpinionWithdrawalReason }
  | { readonly type: 'receive-answer'; readonly outcome: OpinionOutcome; readonly at: Date }
  | { readonly type: 'receive-notice'; readonly noticeId: string; readonly at: Date };

export type OpinionEvent =
  | { readonly type: 'asked'; readonly dueOn: Day }
  | { readonly type: 'withdrawn'; readonly reason: OpinionWithdrawalReason }
  | { readonly type: 'answered'; readonly outcome: OpinionOutcome; readonly at: Date }
  | { readonly type: 'notice-linked'; readonly noticeId: string; readonly at: Date };

/** Nobody plans further. */
const LATEST_MONTHS = 12;

/**
 * One event a command. What was answered is answered, whichever side learns it when: an answer that crosses a withdrawal
 * stands, so that both sides come to the same end. A late answer is an answer.
 * @throws AppError `opinion-already-asked`, `opinion-not-found`, `due-day-passed`, `due-day-too-far`, `opinion-answered`,
 * `opinion-withdrawn`; `opinion-answer-unexpected` for a second answer
 */
export function decide(request: OpinionRequest | undefined, command: OpinionCommand): OpinionEvent {
  if (command.type === 'ask') {
    if (request) throw alreadyAsked();
    const { dueOn, today } = command;
    if (dueOn < today) throw new AppError('due-day-passed', 'That day has passed: name a day to come.');
    if (dueOn > addMonths(today, LATEST_MONTHS)) {
      throw new AppError('due-day-too-far', `Name a day within ${LATEST_MONTHS} months.`);
    }
    return { type: 'asked', dueOn };
  }
  if (!request) throw noSuchOpinion();
  switch (command.type) {
    case 'withdraw':
      if (request.withdrawn) throw new AppError('opinion-withdrawn', 'It has been withdrawn already.');
      if (request.state !== 'asked') {
        throw new AppError('opinion-answered', 'It has been answered: there is nothing left to withdraw.');
      }
      return { type: 'withdrawn', reason: command.reason };
    case 'receive-answer':
      // The answer that announces a notice which came before it adds nothing but its own time.
      if (request.answer || (request.noticeId !== undefined && command.outcome !== 'notice')) {
        throw unexpected();
      }
      return { type: 'answered', outcome: command.outcome, at: command.at };
    case 'receive-notice':
      if (request.state === 'refused' || request.noticeId !== undefined) throw unexpected();
      return { type: 'notice-linked', noticeId: command.noticeId, at: command.at };
  }
}

export function evolve(request: OpinionRequest | undefined, event: OpinionEvent): OpinionRequest {
  if (event.type === 'asked') return { state: 'asked', version: 1, dueOn: event.dueOn };
  if (!request) throw new TypeError('an opinion begins with its question');
  const next = { ...request, version: request.version + 1 };
  switch (event.type) {
    case 'withdrawn':
      return { ...next, state: 'withdrawn', withdrawn: { reason: event.reason } };
    case 'answered':
      return {
        ...next,
        state: event.outcome === 'notice' ? 'answered' : 'refused',
        answer: { outcome: event.outcome, at: event.at },
      };
    case 'notice-linked':
      return { ...next, state: 'answered', noticeId: event.noticeId };
  }
}

/** Nobody has answered and the last day is over. */
export const isOverdue = (state: OpinionState, dueAt: Date, at: Date): boolean =>
  state === 'asked' && at >= dueAt;

export const isLate = (answeredAt: Date | null, dueAt: Date): boolean =>
  answeredAt !== null && answeredAt >= dueAt;

export const alreadyAsked = () =>
  new AppError(
    'opinion-already-asked',
    'That unit has been asked about it and has not answered: wait, or withdraw the request.',
  );

export const noSuchOpinion = () => new AppError('opinion-not-found', 'Your unit has asked no such opinion.');

const unexpected = () =>
  new AppError('opinion-answer-unexpected', 'It answers what has been answered otherwise before.');
