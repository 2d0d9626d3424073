import type { CompetenceAnswer, CompetenceLevel, CompetenceOutcome } from '@liaison/contracts';
import { AppError } from '@liaison/kernel';

export const CLAIM_STATES = [
  'received',
  'accepted',
  'refused',
  'decided',
  'file-received',
  'taken-over',
  'ended',
] as const;
export type ClaimState = (typeof CLAIM_STATES)[number];

/** A claim as the département keeps it that is said to be competent. */
export interface CompetenceClaim {
  /** Counts its changes, from 1. */
  readonly version: number;
  readonly state: ClaimState;
  /** The highest that was asked to decide. */
  readonly level?: CompetenceLevel;
  /** The département that was decided to be competent. */
  readonly competent?: string;
}

export type ClaimCommand =
  | { readonly type: 'receive' }
  | { readonly type: 'answer'; readonly answer: CompetenceAnswer }
  | { readonly type: 'receive-escalation'; readonly level: CompetenceLevel }
  | {
      readonly type: 'receive-decision';
      readonly outcome: Exclude<CompetenceOutcome, 'undecided'>;
      readonly departement?: string;
    }
  | { readonly type: 'receive-file' }
  | { readonly type: 'take-over' };

export type ClaimEvent =
  | { readonly type: 'received' }
  | { readonly type: 'accepted' }
  | { readonly type: 'refused' }
  | { readonly type: 'escalated'; readonly level: CompetenceLevel }
  | { readonly type: 'decided'; readonly competent: string }
  | { readonly type: 'ended' }
  | { readonly type: 'file-received' }
  | { readonly type: 'taken-over' };

/**
 * One event a command. A file is never turned away: a child is behind it.
 * @throws AppError `claim-received`, `claim-not-found`, `claim-answered`, `claim-over`, `file-missing`, `claim-taken-over`
 */
export function decideClaim(claim: CompetenceClaim | undefined, command: ClaimCommand): ClaimEvent {
  if (command.type === 'receive') {
    if (claim) throw new AppError('claim-received', 'It has come before.');
    return { type: 'received' };
  }
  if (!claim) throw noSuchClaim();
  const { state } = claim;
  switch (command.type) {
    case 'answer':
      if (state === 'received' || (state === 'refused' && command.answer === 'accepted')) {
        return { type: command.answer };
      }
      if (state === 'accepted' || state === 'refused') {
        throw new AppError(
          'claim-answered',
          'It has been answered already; a refusal may still be turned into an acceptance.',
        );
      }
      throw over();
    case 'receive-escalation':
      return { type: 'escalated', level: command.level };
    case 'receive-decision':
      if (state === 'taken-over' || state === 'file-received') throw over();
      return command.outcome === 'competent' && command.departement !== undefined
        ? { type: 'decided', competent: command.departement }
        : { type: 'ended' };
    case 'receive-file':
      if (state === 'taken-over')
        throw new AppError('claim-taken-over', 'The child has been taken over already.');
      return { type: 'file-received' };
    case 'take-over':
      if (state === 'taken-over')
        throw new AppError('claim-taken-over', 'The child has been taken over already.');
      if (state !== 'file-received') {
        throw new AppError(
          'file-missing',
          'The file has not come yet: it comes once it is decided that you are competent.',
        );
      }
      return { type: 'taken-over' };
  }
}

export function evolveClaim(claim: CompetenceClaim | undefined, event: ClaimEvent): CompetenceClaim {
  if (event.type === 'received') return { version: 1, state: 'received' };
  if (!claim) throw new TypeError('a claim is received first');
  const next = { ...claim, version: claim.version + 1 };
  switch (event.type) {
    case 'escalated':
      return { ...next, level: event.level };
    case 'decided':
      return { ...next, state: 'decided', competent: event.competent };
    default:
      return { ...next, state: event.type };
  }
}

export const noSuchClaim = (): AppError =>
  new AppError('claim-not-found', 'Your unit has received no such claim of competence.');

const over = (): AppError =>
  new AppError(
    'claim-over',
    'It has been decided, withdrawn, or the person is of age: there is nothing to answer.',
  );
