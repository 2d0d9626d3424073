import type { FlightAcknowledgedV1, FlightOutcome, FlightReportedV1 } from '@liaison/contracts';
import { AppError, type Agency, type AgencyKind, type Directory } from '@liaison/kernel';
import type { Flight } from '@liaison/placement';
import { type CaseFacts, factsAt } from '../policy/case-facts';
import type { FlightRow } from './flight.entity';

/** The purpose of everything about a flight, as the conventions name it. */
export const FLIGHT_PURPOSE = 'protection-of-minors';
/** Purpose of the contact points that flights go to; their ids are the units whose people search. */
const CONTACT = 'flights';
/** Who searches for a child who is gone. */
const SEARCHING_KINDS: readonly AgencyKind[] = ['police'];

/** As what an agency is told. */
export const FLIGHT_DUTIES = ['search', 'child-protection', 'following'] as const;
export type FlightDuty = (typeof FLIGHT_DUTIES)[number];

/** `overdue`: noticed over an hour ago, and not reported. The rest as the sender's own flight ends. */
export const RECEIVED_FLIGHT_STATES = ['overdue', 'gone', 'found', 'back', 'adult', 'voided'] as const;
export type ReceivedFlightState = (typeof RECEIVED_FLIGHT_STATES)[number];

/** Roles whose taking note counts as the agency's; who may call says the route. */
export const FLIGHT_READERS = ['officer', 'caseworker', 'supervisor'] as const;

/** A flight as whoever was told of it sees it. */
export interface ReceivedFlight {
  readonly state: ReceivedFlightState;
  /** Counts its changes, from 1. */
  readonly version: number;
  /** Somebody here has taken note of it. */
  readonly acknowledged: boolean;
  /** This agency has told its sender that the child is found. */
  readonly foundSaid: boolean;
}

/** Each may come before the one that it follows: nothing about a flight waits. */
export type ReceivedFlightCommand =
  | { readonly type: 'hear-overdue' }
  | { readonly type: 'hear' }
  | { readonly type: 'hear-end'; readonly outcome: FlightOutcome }
  | {
      readonly type: 'acknowledge';
      readonly at: Date;
      readonly unit: string;
      /** Of whoever takes note. */
      readonly roles: readonly string[];
    }
  | { readonly type: 'say-found' }
  | { readonly type: 'take-back' };

export type ReceivedFlightEvent =
  | { readonly type: 'overdue' }
  | { readonly type: 'reported' }
  | { readonly type: 'ended'; readonly outcome: FlightOutcome }
  | { readonly type: 'acknowledged'; readonly acknowledgement: Omit<FlightAcknowledgedV1, 'flight'> }
  | { readonly type: 'found-said' }
  /** It comes after what it came before: it changes nothing. */
  | { readonly type: 'late' };

/** @throws AppError `flight-not-found`, `flight-over`, `flight-not-reported`, `flight-acknowledged`, `role-missing`, `found-said-already` */
export function decideReceived(
  flight: ReceivedFlight | undefined,
  command: ReceivedFlightCommand,
): ReceivedFlightEvent {
  switch (command.type) {
    case 'hear-overdue':
      return { type: flight ? 'late' : 'overdue' };
    case 'hear':
      return { type: !flight || flight.state === 'overdue' ? 'reported' : 'late' };
    case 'hear-end':
      return flight && !isRunning(flight.state)
        ? { type: 'late' }
        : { type: 'ended', outcome: command.outcome };
    case 'take-back':
      return flight && isRunning(flight.state) ? { type: 'ended', outcome: 'voided' } : { type: 'late' };
    case 'acknowledge':
      if (requireGone(flight).acknowledged) {
        throw new AppError('flight-acknowledged', 'Somebody has taken note of it: its sender knows.');
      }
      return { type: 'acknowledged', acknowledgement: acknowledgementOf(command) };
    case 'say-found':
      if (requireGone(flight).foundSaid) {
        throw new AppError(
          'found-said-already',
          'Whoever reported it has been told that the child is found.',
        );
      }
      return { type: 'found-said' };
  }
}

export function evolveReceived(
  flight: ReceivedFlight | undefined,
  event: ReceivedFlightEvent,
): ReceivedFlight {
  if (event.type === 'late') {
    if (!flight) throw new TypeError('what is late follows something');
    return flight;
  }
  const version = (flight?.version ?? 0) + 1;
  const { state = 'gone', acknowledged = false, foundSaid = false } = flight ?? {};
  const before = { version, acknowledged, foundSaid };
  switch (event.type) {
    case 'overdue':
      return { ...before, state: 'overdue' };
    case 'reported':
      return { ...before, state: 'gone' };
    case 'ended':
      return { ...before, state: event.outcome };
    case 'acknowledged':
      return { ...before, state, acknowledged: true };
    case 'found-said':
      return { ...before, state, foundSaid: true };
  }
}

function acknowledgementOf({
  at,
  unit,
  roles,
}: Extract<ReceivedFlightCommand, { readonly type: 'acknowledge' }>): Omit<FlightAcknowledgedV1, 'flight'> {
  const role = FLIGHT_READERS.find((own) => roles.includes(own));
  if (!role) throw new AppError('role-missing', `It takes a role of: ${FLIGHT_READERS.join(', ')}.`);
  return { acknowledgedAt: at.toISOString(), role, unit };
}

function requireGone(flight: ReceivedFlight | undefined): ReceivedFlight {
  if (!flight) throw noSuchReceivedFlight();
  if (!isRunning(flight.state))
    throw new AppError('flight-over', 'The flight is over: nobody searches any more.');
  if (flight.state === 'overdue') {
    throw new AppError(
      'flight-not-reported',
      'It has not been reported: tell whoever noticed it by telephone.',
    );
  }
  return flight;
}

const isRunning = (state: ReceivedFlightState): boolean => state === 'overdue' || state === 'gone';

/** As decisions see it. */
export const flightOf = ({
  version,
  state,
  noticedAt,
  reportedAt,
  endedAt,
  placeKnown,
}: FlightRow): Flight => ({
  ...{ version, state, noticedAt, placeKnown },
  ...(reportedAt && { reportedAt }),
  ...(endedAt && { endedAt }),
});

export const noSuchFlight = () => new AppError('flight-not-found', 'Your unit knows of no such flight.');
export const noSuchReceivedFlight = () =>
  new AppError('flight-not-found', 'No such flight was reported to your unit.');

const searchersFor = (
  directory: Directory,
  departement: string,
): readonly { readonly agency: Agency; readonly unit: string }[] =>
  SEARCHING_KINDS.flatMap((kind) => directory.competentAgencies(kind, departement)).flatMap((agency) => {
    const contact = agency.contactPoints.find(({ purpose }) => purpose === CONTACT);
    return contact ? [{ agency, unit: contact.id }] : [];
  });

/** Somebody who is told of a flight, and as what. */
export interface ToldOfFlight {
  readonly agency: Agency;
  readonly duty: FlightDuty;
  /** Who is awake there, where the directory says. */
  readonly unit?: string;
}

/** Whom a report goes to: whoever searches where the child was seen last, and those who know the child. */
export const toldOf = (
  directory: Directory,
  departement: string,
  known: readonly ToldOfFlight[],
): readonly ToldOfFlight[] => [
  ...searchersFor(directory, departement).map((each) => ({ ...each, duty: 'search' as const })),
  ...known,
];

/**
 * To whom child protection passes on what a shelter reported: whoever follows the child, and did not say it. To nobody where the child is
 * no longer gone, or where child protection has reported it itself, and told them.
 */
export const passedOnTo = (
  received: { readonly state: ReceivedFlightState; readonly sender: string },
  own: Pick<Flight, 'state'> | undefined,
  known: readonly ToldOfFlight[],
): readonly ToldOfFlight[] =>
  received.state !== 'gone' || own?.state === 'reported'
    ? []
    : known.filter(({ duty, agency }) => duty === 'following' && agency.id !== received.sender);

/** The instant of the eighteenth birthday; absent: nobody knows it, and the person counts as a minor (R15). */
export function majorityOf(facts: CaseFacts, at: Date): Date | undefined {
  const { age } = factsAt(facts, at, '');
  return age?.value === 'adult' ? new Date(0) : age?.until;
}

/**
 * What the form alone cannot tell.
 * @param secrets what says where the child was sheltered
 * @throws AppError `time-in-the-future`, `names-the-place`
 */
export function requireReportable(content: FlightReportedV1, at: Date, secrets: readonly string[]): void {
  if (Date.parse(content.lastSeen.at) > at.getTime()) {
    throw new AppError(
      'time-in-the-future',
      'The child cannot have been seen at a time to come: correct it.',
    );
  }
  const said = textsOf(content).map(plain);
  const telling = secrets.map(plain).filter((secret) => secret.length >= SHORTEST_SECRET);
  if (said.some((text) => telling.some((secret) => text.includes(secret)))) {
    throw new AppError(
      'names-the-place',
      'A text says where the child was sheltered, which stays confidential (R23, R29): leave it out, and say where it was seen.',
    );
  }
}

const SHORTEST_SECRET = 4;

/** Letters and digits alone, without accents: `12, rue des Tilleuls` is `12 Rue des tilleuls`. */
const plain = (text: string): string =>
  text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{Nd}]+/gu, '');

function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsOf);
}
