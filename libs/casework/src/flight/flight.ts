import type { FlightOutcome, FlightReportedV1 } from '@liaison/contracts';
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

/** A flight as whoever was told of it sees it. */
export interface ReceivedFlight {
  readonly state: ReceivedFlightState;
  /** Counts its changes, from 1. */
  readonly version: number;
  /** This agency has told its sender that the child is found. */
  readonly foundSaid: boolean;
}

/** Each may come before the one that it follows: nothing about a flight waits. */
export type ReceivedFlightCommand =
  | { readonly type: 'hear-overdue' }
  | { readonly type: 'hear' }
  | { readonly type: 'hear-end'; readonly outcome: FlightOutcome }
  | { readonly type: 'say-found' }
  | { readonly type: 'take-back' };

export type ReceivedFlightEvent =
  | { readonly type: 'overdue' }
  | { readonly type: 'reported' }
  | { readonly type: 'ended'; readonly outcome: FlightOutcome }
  | { readonly type: 'found-said' }
  /** It comes after what it came before: it changes nothing. */
  | { readonly type: 'late' };

/** @throws AppError `flight-not-found`, `flight-over`, `flight-not-reported`, `found-said-already` */
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
    case 'say-found':
      if (!flight) throw noSuchReceivedFlight();
      if (!isRunning(flight.state))
        throw new AppError('flight-over', 'The flight is over: nobody searches any more.');
      if (flight.state === 'overdue') {
        throw new AppError(
          'flight-not-reported',
          'It has not been reported: tell whoever noticed it by telephone.',
        );
      }
      if (flight.foundSaid) {
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
  const foundSaid = flight?.foundSaid ?? false;
  switch (event.type) {
    case 'overdue':
      return { version, foundSaid, state: 'overdue' };
    case 'reported':
      return { version, foundSaid, state: 'gone' };
    case 'ended':
      return { version, foundSaid, state: event.outcome };
    case 'found-said':
      return { version, foundSaid: true, state: flight?.state ?? 'gone' };
  }
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

/** Whoever searches in a département, with the contact point that is awake. */
export const searchersFor = (
  directory: Directory,
  departement: string,
): readonly { readonly agency: Agency; readonly unit: string }[] =>
  SEARCHING_KINDS.flatMap((kind) => directory.competentAgencies(kind, departement)).flatMap((agency) => {
    const contact = agency.contactPoints.find(({ purpose }) => purpose === CONTACT);
    return contact ? [{ agency, unit: contact.id }] : [];
  });

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
