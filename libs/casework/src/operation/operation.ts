import type { OperationAnnouncedV1 } from '@liaison/contracts';
import {
  addDays,
  type Agency,
  type AgencyKind,
  AppError,
  type Day,
  daysBetween,
  type Directory,
} from '@liaison/kernel';
import { ADVICE, suspectedParts } from './names-nobody';

/** The purpose of an announcement, as its convention names it. */
export const OPERATION_PURPOSE = 'operation-preparation';
/** Purpose of the contact points that announcements go to, and nowhere else. Its id is the unit whose people read them. */
export const OPERATION_CONTACT = 'operations';

/** `acknowledged`: by everybody who was told. That it has expired is a matter of the day: see `isExpired`. */
export const OPERATION_STATES = ['announced', 'acknowledged', 'called-off'] as const;
export type OperationState = (typeof OPERATION_STATES)[number];

export interface ToldContact {
  readonly agency: string;
  readonly placesHeld?: number;
}

/** An announced operation as the investigators see it. */
export interface Operation {
  readonly state: OperationState;
  /** Counts its changes, from 1. */
  readonly version: number;
  /** Its last day. */
  readonly until: Day;
  readonly told: readonly ToldContact[];
}

export type OperationCommand =
  | { readonly type: 'announce'; readonly until: Day; readonly to: readonly string[] }
  | { readonly type: 'receive-acknowledgement'; readonly agency: string; readonly placesHeld: number }
  | { readonly type: 'call-off'; readonly today: Day };

export type OperationEvent =
  | { readonly type: 'announced'; readonly until: Day; readonly to: readonly string[] }
  | { readonly type: 'acknowledged'; readonly agency: string; readonly placesHeld: number }
  /** An acknowledgement that crossed the calling off. */
  | { readonly type: 'crossed' }
  | { readonly type: 'called-off' };

export const isExpired = ({ until }: Pick<Operation, 'until'>, today: Day): boolean => today > until;

/**
 * One event a command.
 * @throws AppError `operation-announced`, `operation-not-found`, `operation-called-off`, `operation-expired`,
 * `operation-acknowledgement-unexpected`
 */
export function decide(operation: Operation | undefined, command: OperationCommand): OperationEvent {
  if (command.type === 'announce') {
    if (operation) throw new AppError('operation-announced', 'It has been announced already.');
    return { type: 'announced', until: command.until, to: command.to };
  }
  if (!operation) throw noSuchOperation();
  switch (command.type) {
    case 'receive-acknowledgement': {
      const { agency, placesHeld } = command;
      if (!operation.told.some((told) => told.agency === agency)) {
        throw new AppError(
          'operation-acknowledgement-unexpected',
          'It acknowledges what was not announced to its sender.',
        );
      }
      if (operation.state === 'called-off') return { type: 'crossed' };
      return { type: 'acknowledged', agency, placesHeld };
    }
    case 'call-off':
      if (operation.state === 'called-off') throw operationCalledOff();
      if (isExpired(operation, command.today)) throw operationExpired();
      return { type: 'called-off' };
  }
}

export function evolve(operation: Operation | undefined, event: OperationEvent): Operation {
  if (event.type === 'announced') {
    const { until, to } = event;
    return { state: 'announced', version: 1, until, told: to.map((agency) => ({ agency })) };
  }
  if (!operation) throw new TypeError('an operation begins with its announcement');
  const next = { ...operation, version: operation.version + 1 };
  switch (event.type) {
    case 'crossed':
      return operation;
    case 'called-off':
      return { ...next, state: 'called-off' };
    case 'acknowledged': {
      const { agency, placesHeld } = event;
      const told = operation.told.map((each) => (each.agency === agency ? { agency, placesHeld } : each));
      const all = told.every((each) => each.placesHeld !== undefined);
      return { ...next, told, state: all ? 'acknowledged' : 'announced' };
    }
  }
}

export const noSuchOperation = () => new AppError('operation-not-found', 'Your unit has no such operation.');

export const operationCalledOff = () =>
  new AppError('operation-called-off', 'It has been called off: nobody has to be ready for it.');

export const operationExpired = () =>
  new AppError('operation-expired', 'Its last day is over: announce anew what is still to come.');

/** Judgement: who prepares for longer, or for later, has to be told more than this tells. */
export const MAX_WINDOW_DAYS = 14;
export const MAX_AHEAD_DAYS = 60;

/**
 * What the form alone cannot tell.
 * @param today the legal day of the département
 * @throws AppError `operation-window-invalid`, `operation-names-somebody` (its `fields` say where and what to write instead)
 */
export function requireAnnounceable(content: OperationAnnouncedV1, today: Day): void {
  const { from, until } = content;
  const problem =
    from < today
      ? 'Its first day is over.'
      : until < from
        ? 'Its last day is before its first.'
        : daysBetween(from, until) >= MAX_WINDOW_DAYS
          ? `It takes ${MAX_WINDOW_DAYS} days at most: say the days more closely, or announce another.`
          : from > addDays(today, MAX_AHEAD_DAYS)
            ? `It is more than ${MAX_AHEAD_DAYS} days ahead: announce it later.`
            : undefined;
  if (problem !== undefined) throw new AppError('operation-window-invalid', problem);
  requireNobodyNamed(content);
}

/** On both sides: whoever receives one trusts no sender to have looked. @throws AppError `operation-names-somebody` */
export function requireNobodyNamed(content: Partial<OperationAnnouncedV1>): void {
  const problems = suspectedParts(content.preparationNote ?? '').map(
    ({ suspicion, from, to }) => `Characters ${from} to ${to}: ${ADVICE[suspicion]}.`,
  );
  if (problems.length === 0) return;
  throw new AppError(
    'operation-names-somebody',
    'An announcement says no name, no address and no case, in any field (R31): change or leave out the note.',
    { fields: { preparationNote: problems.slice(0, MAX_PROBLEMS).join(' ') } },
  );
}
const MAX_PROBLEMS = 10;

/** Who prepares for whom: adults are taken in by associations, minors by child protection and associations alike. */
const PREPARING: Readonly<Record<OperationAnnouncedV1['profiles'][number], readonly AgencyKind[]>> = {
  adults: ['association'],
  minors: ['ase', 'association'],
};

export interface NamedContact {
  readonly agency: Agency;
  /** Id and unit at once. */
  readonly contact: string;
  readonly name: string;
}

/**
 * The contact points for operations of those who are competent in the département.
 * @param only these agencies; absent: all of them
 * @throws AppError `operation-contact-missing`
 */
export function contactsFor(
  directory: Directory,
  { departement, profiles }: Pick<OperationAnnouncedV1, 'departement' | 'profiles'>,
  only?: readonly string[],
): readonly NamedContact[] {
  const kinds = new Set(profiles.flatMap((profile) => PREPARING[profile]));
  const found = [...kinds]
    .flatMap((kind) => directory.competentAgencies(kind, departement))
    .flatMap((agency) => {
      const contact = contactOf(agency);
      return contact ? [{ agency, contact: contact.id, name: contact.name }] : [];
    })
    .filter(({ agency }) => only === undefined || only.includes(agency.id));
  const missing = (only ?? []).filter((id) => !found.some(({ agency }) => agency.id === id));
  if (found.length === 0 || missing.length > 0) {
    throw new AppError(
      'operation-contact-missing',
      missing.length > 0
        ? `No named contact point for operations there takes in people of that profile in ${departement}: ${missing.join(', ')}.`
        : `Nobody who takes in people of that profile in ${departement} has a named contact point for operations.`,
    );
  }
  return found;
}

export const contactOf = ({ contactPoints }: Agency) =>
  contactPoints.find(({ purpose }) => purpose === OPERATION_CONTACT);
