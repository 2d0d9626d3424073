import {
  COMPETENCE_LEVELS,
  type CompetenceAnswer,
  type CompetenceDecider,
  type CompetenceLevel,
  type CompetenceOutcome,
} from '@liaison/contracts';
import { AppError } from '@liaison/kernel';

export const CONFLICT_STATES = [
  'claimed',
  'in-conflict',
  'decided',
  'handed-over',
  'taken-over',
  'withdrawn',
  'of-age',
] as const;
export type ConflictState = (typeof CONFLICT_STATES)[number];

const HOUR_MS = 3_600_000;

/**
 * How long each step may take, in hours; together they end within the fifteen days that provisional shelter may last (R28). No text
 * gives figures: judgement.
 */
export const ANSWER_HOURS = 48;
export const LEVEL_HOURS: Readonly<Record<CompetenceLevel, number>> = {
  departmental: 72,
  interdepartmental: 72,
  national: 120,
};

/**
 * Which département is competent for a child, as the one that shelters it keeps it. Nothing about the child's care is in it, and
 * nothing that decides about care asks for it (R28).
 */
export interface CompetenceConflict {
  /** Counts its changes, from 1. */
  readonly version: number;
  readonly state: ConflictState;
  /** INSEE code of the département that shelters the child and keeps the conflict. */
  readonly own: string;
  /** INSEE code of the one that is said to be competent. */
  readonly claimed: string;
  /** The highest that was asked. */
  readonly level?: CompetenceLevel;
  /** By when somebody is to answer, decide, or take the next step here. */
  readonly dueAt?: Date;
  readonly competent?: string;
  readonly decidedBy?: CompetenceDecider;
}

export type ConflictCommand =
  | { readonly type: 'claim'; readonly own: string; readonly claimed: string; readonly at: Date }
  | { readonly type: 'receive-answer'; readonly answer: CompetenceAnswer; readonly at: Date }
  | { readonly type: 'escalate'; readonly at: Date }
  | {
      readonly type: 'receive-decision';
      readonly level: CompetenceLevel;
      readonly outcome: Extract<CompetenceOutcome, 'competent' | 'undecided'>;
      readonly departement?: string;
      readonly at: Date;
    }
  /** What a judge ordered, as it came on paper. */
  | { readonly type: 'obey-order'; readonly departement: string }
  | { readonly type: 'withdraw' }
  /** @param stopped the file that was sent before has not arrived and will not by itself */
  | { readonly type: 'hand-over'; readonly stopped: boolean; readonly at: Date }
  | { readonly type: 'receive-taking-over' }
  | { readonly type: 'come-of-age' };

export type ConflictEvent =
  | { readonly type: 'claimed'; readonly own: string; readonly claimed: string; readonly dueAt: Date }
  | { readonly type: 'refused'; readonly at: Date }
  | { readonly type: 'escalated'; readonly level: CompetenceLevel; readonly dueAt: Date }
  | { readonly type: 'left-undecided'; readonly level: CompetenceLevel; readonly at: Date }
  | { readonly type: 'decided'; readonly competent: string; readonly by: CompetenceDecider }
  | { readonly type: 'handed-over'; readonly dueAt: Date }
  | { readonly type: 'taken-over' }
  | { readonly type: 'withdrawn' }
  | { readonly type: 'came-of-age' }
  /** It crossed what ended it here: both sides have the same end all the same, which this side has told. */
  | { readonly type: 'crossed' };

/**
 * One event a command.
 * @throws AppError `competence-claimed`, `competence-own`, `competence-not-found`, `competence-closed`, `competence-not-due`,
 * `competence-last-level`, `competence-third`, `competence-level-not-asked`, `competence-not-decided`, `competence-handed-over`,
 * `competence-taking-over-unexpected`
 */
export function decideConflict(
  conflict: CompetenceConflict | undefined,
  command: ConflictCommand,
): ConflictEvent {
  if (command.type === 'claim') {
    if (conflict) throw new AppError('competence-claimed', 'Another département has been claimed already.');
    const { own, claimed, at } = command;
    if (own === claimed) {
      throw new AppError('competence-own', 'That is your own département: there is nothing to claim.');
    }
    return { type: 'claimed', own, claimed, dueAt: later(at, ANSWER_HOURS) };
  }
  if (!conflict) throw noSuchConflict();
  switch (command.type) {
    case 'receive-answer':
      if (!isOpen(conflict)) return { type: 'crossed' };
      if (command.answer === 'refused') return { type: 'refused', at: command.at };
      return { type: 'decided', competent: conflict.claimed, by: 'agreement' };
    case 'escalate':
      return escalated(conflict, command.at);
    case 'receive-decision': {
      const { level, outcome, departement, at } = command;
      if (rank(level) > rank(conflict.level)) {
        throw new AppError('competence-level-not-asked', 'It decides what this level was not asked.');
      }
      if (!isOpen(conflict)) return { type: 'crossed' };
      if (outcome === 'undecided' || departement === undefined) return { type: 'left-undecided', level, at };
      requireParty(conflict, departement);
      return { type: 'decided', competent: departement, by: level };
    }
    case 'obey-order':
      if (!isOpen(conflict) && conflict.state !== 'decided') throw closed();
      requireParty(conflict, command.departement);
      return { type: 'decided', competent: command.departement, by: 'judge' };
    case 'withdraw':
      if (!isOpen(conflict)) throw closed();
      return { type: 'withdrawn' };
    case 'hand-over':
      return handedOver(conflict, command);
    case 'receive-taking-over':
      // Whoever was put back to a backup has forgotten that it said so, and says it again.
      if (conflict.state === 'taken-over') return { type: 'crossed' };
      if (conflict.state !== 'handed-over') {
        throw new AppError(
          'competence-taking-over-unexpected',
          'It takes over what was not handed over to it.',
        );
      }
      return { type: 'taken-over' };
    case 'come-of-age':
      if (!mayComeOfAge(conflict)) throw closed();
      return { type: 'came-of-age' };
  }
}

export function evolveConflict(
  conflict: CompetenceConflict | undefined,
  event: ConflictEvent,
): CompetenceConflict {
  if (event.type === 'claimed') {
    const { own, claimed, dueAt } = event;
    return { version: 1, state: 'claimed', own, claimed, dueAt };
  }
  if (!conflict) throw new TypeError('a conflict begins with the claim');
  const { dueAt: _, ...rest } = conflict;
  const next = { ...rest, version: conflict.version + 1 };
  switch (event.type) {
    case 'refused':
      // A refusal that comes after the first escalation changes nothing of whom that waits for.
      return { ...next, state: 'in-conflict', dueAt: (conflict.level && conflict.dueAt) ?? event.at };
    case 'escalated':
      return { ...next, state: 'in-conflict', level: event.level, dueAt: event.dueAt };
    case 'left-undecided':
      // Only the level that is asked now keeps anybody waiting.
      return { ...next, dueAt: event.level === conflict.level ? event.at : (conflict.dueAt ?? event.at) };
    case 'decided':
      return { ...next, state: 'decided', competent: event.competent, decidedBy: event.by };
    case 'handed-over':
      return { ...next, state: 'handed-over', dueAt: event.dueAt };
    case 'taken-over':
      return { ...next, state: 'taken-over' };
    case 'withdrawn':
      return { ...next, state: 'withdrawn', competent: conflict.own };
    case 'came-of-age':
      return { ...next, state: 'of-age' };
    case 'crossed':
      return conflict;
  }
}

/** Nobody has decided yet. */
export const isOpen = ({ state }: Pick<CompetenceConflict, 'state'>): boolean =>
  state === 'claimed' || state === 'in-conflict';

/** A hand-over is still to come. */
export const awaitsHandOver = ({
  state,
  competent,
  claimed,
}: Pick<CompetenceConflict, 'state' | 'competent' | 'claimed'>): boolean =>
  state === 'decided' && competent === claimed;

/** A file that has left is not called back: what passed before the birthday stays lawful (R17). */
export const mayComeOfAge = (
  conflict: Pick<CompetenceConflict, 'state' | 'competent' | 'claimed'>,
): boolean => isOpen(conflict) || awaitsHandOver(conflict);

function escalated(conflict: CompetenceConflict, at: Date): ConflictEvent {
  if (!isOpen(conflict)) throw closed();
  const { level, dueAt } = conflict;
  if (dueAt && at < dueAt) {
    throw new AppError(
      'competence-not-due',
      'Somebody has been asked and still has time to answer: wait for the answer or the end of the delay.',
    );
  }
  const next = COMPETENCE_LEVELS[rank(level) + 1];
  if (!next) {
    throw new AppError(
      'competence-last-level',
      'The national coordination has been asked: no level is above it. Remind it, or withdraw the claim.',
    );
  }
  return { type: 'escalated', level: next, dueAt: later(at, LEVEL_HOURS[next]) };
}

function handedOver(
  conflict: CompetenceConflict,
  { stopped, at }: Extract<ConflictCommand, { readonly type: 'hand-over' }>,
): ConflictEvent {
  const again = conflict.state === 'handed-over';
  if (again && !stopped) {
    throw new AppError(
      'competence-handed-over',
      'The file has arrived or is on its way: nothing to send again.',
    );
  }
  if (!again && !awaitsHandOver(conflict)) {
    throw new AppError(
      'competence-not-decided',
      'The file goes to another département only once it is decided that this one is competent.',
    );
  }
  return { type: 'handed-over', dueAt: later(at, ANSWER_HOURS) };
}

function requireParty({ own, claimed }: CompetenceConflict, departement: string): void {
  if (departement === own || departement === claimed) return;
  throw new AppError(
    'competence-third',
    'That is neither of the two départements: withdraw this claim and claim the third.',
  );
}

const rank = (level: CompetenceLevel | undefined): number =>
  level === undefined ? -1 : COMPETENCE_LEVELS.indexOf(level);

const later = (at: Date, hours: number): Date => new Date(at.getTime() + hours * HOUR_MS);

export const noSuchConflict = (): AppError =>
  new AppError('competence-not-found', 'Your unit has no such conflict of competence.');

const closed = (): AppError =>
  new AppError(
    'competence-closed',
    'The conflict is over: it was decided, withdrawn, or the person is of age.',
  );
