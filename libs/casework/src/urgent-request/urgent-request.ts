import type { UrgentOutcome, UrgentRefusal } from '@liaison/contracts';
import { AppError } from '@liaison/kernel';

/** Both sides of an urgent request, pure: instants are passed in. */

export const ASKED_STATES = ['asked', 'answered', 'refused', 'withdrawn'] as const;
export type AskedState = (typeof ASKED_STATES)[number];

/** `taken-back`: whoever asked has withdrawn it, or it never was for this agency; what was in it is gone. */
export const RECEIVED_STATES = ['open', 'answered', 'refused', 'taken-back'] as const;
export type ReceivedState = (typeof RECEIVED_STATES)[number];

/** What this agency asks of another. */
export interface AskedRequest {
  readonly state: AskedState;
  /** Counts its changes, from 1. */
  readonly version: number;
  /** Nobody here waits for an answer any more; one that was on its way stays an answer. */
  readonly withdrawn: boolean;
}

export type AskedCommand =
  | { readonly type: 'ask' }
  | { readonly type: 'withdraw' }
  | { readonly type: 'receive-answer'; readonly outcome: UrgentOutcome }
  | { readonly type: 'lose-answer' };

/**
 * A late answer is an answer: in an emergency it may still help. So is one that crosses a withdrawal. An answer that its sender
 * takes back leaves the request as it was.
 * @throws AppError `urgent-request-exists`, `urgent-request-not-found`, `urgent-request-answered`, `urgent-request-withdrawn`,
 * `urgent-answer-unexpected`
 */
export function decideAsked(request: AskedRequest | undefined, command: AskedCommand): AskedCommand {
  if (command.type === 'ask') {
    if (request) throw new AppError('urgent-request-exists', 'It has been asked before.');
    return command;
  }
  if (!request) throw noSuchRequest();
  const open = request.state === 'asked' || request.state === 'withdrawn';
  if (command.type === 'withdraw') {
    if (request.withdrawn) throw new AppError('urgent-request-withdrawn', 'It has been withdrawn already.');
    if (open) return command;
    throw new AppError(
      'urgent-request-answered',
      'It has been answered: read the answer. Nobody there waits for anything.',
    );
  }
  if (open === (command.type === 'receive-answer')) return command;
  throw new AppError('urgent-answer-unexpected', 'It answers what has been answered before.');
}

export function evolveAsked(request: AskedRequest | undefined, event: AskedCommand): AskedRequest {
  if (event.type === 'ask') return { state: 'asked', version: 1, withdrawn: false };
  if (!request) throw new TypeError('an urgent request begins with its question');
  const version = request.version + 1;
  const { withdrawn } = request;
  if (event.type === 'receive-answer') return { state: event.outcome, version, withdrawn };
  if (event.type === 'withdraw') return { state: 'withdrawn', version, withdrawn: true };
  return { state: withdrawn ? 'withdrawn' : 'asked', version, withdrawn };
}

/** What another agency asks of this one. */
export interface ReceivedRequest {
  readonly state: ReceivedState;
  /** Counts its changes, from 1. */
  readonly version: number;
}

export type ReceivedCommand =
  | { readonly type: 'receive' }
  | { readonly type: 'answer' }
  | { readonly type: 'refuse'; readonly reason: UrgentRefusal }
  | { readonly type: 'take-back' };

/**
 * It is answered once, late or not.
 * @throws AppError `urgent-request-exists`, `urgent-request-not-found`, `urgent-request-answered`, `urgent-request-taken-back`
 */
export function decideReceived(
  request: ReceivedRequest | undefined,
  command: ReceivedCommand,
): ReceivedCommand {
  if (command.type === 'receive') {
    if (request) throw new AppError('urgent-request-exists', 'It has come before.');
    return command;
  }
  if (!request) throw noSuchRequest();
  if (request.state === 'taken-back') {
    throw new AppError(
      'urgent-request-taken-back',
      'Whoever asked has taken it back: nobody waits for an answer.',
    );
  }
  if (command.type !== 'take-back' && request.state !== 'open') {
    throw new AppError(
      'urgent-request-answered',
      'Somebody of your unit has answered it: read what was said.',
    );
  }
  return command;
}

export function evolveReceived(
  request: ReceivedRequest | undefined,
  event: ReceivedCommand,
): ReceivedRequest {
  if (event.type === 'receive') return { state: 'open', version: 1 };
  if (!request) throw new TypeError('it follows the arrival of a request');
  return { state: STATE_AFTER[event.type], version: request.version + 1 };
}

const STATE_AFTER = { answer: 'answered', refuse: 'refused', 'take-back': 'taken-back' } as const;

/** Nobody has answered and the time is over. */
export const isOverdue = (state: AskedState | ReceivedState, dueAt: Date | null, at: Date): boolean =>
  (state === 'asked' || state === 'open') && dueAt !== null && at >= dueAt;

export const isLate = (answeredAt: Date | null, dueAt: Date | null): boolean =>
  answeredAt !== null && dueAt !== null && answeredAt >= dueAt;

export const noSuchRequest = (): AppError =>
  new AppError('urgent-request-not-found', 'Your unit has no such urgent request.');
