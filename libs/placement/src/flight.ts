import { AppError } from '@liaison/kernel';

const MS_PER_HOUR = 3_600_000;
/** Domain digest, section 5: a flight is reported within the hour. */
export const REPORT_WITHIN_MS = MS_PER_HOUR;

export const FLIGHT_STATES = ['noticed', 'reported', 'found', 'back', 'adult', 'voided'] as const;
export type FlightState = (typeof FLIGHT_STATES)[number];

/** A minor who is gone from a place. */
export interface Flight {
  /** Counts its changes, from 1. */
  readonly version: number;
  /** `back`: before anybody was told. `adult`: of age while gone, and free to go (R17). */
  readonly state: FlightState;
  readonly noticedAt: Date;
  readonly reportedAt?: Date;
  readonly endedAt?: Date;
  /** The network knows the place: nobody of this case is placed there again. */
  readonly placeKnown: boolean;
}

/** `majorAt`: the instant of the eighteenth birthday, where it is known; an unknown age is a minor's (R15). */
export type FlightCommand =
  | { readonly type: 'notice'; readonly at: Date; readonly majorAt?: Date }
  | { readonly type: 'report'; readonly noticedAt: Date; readonly at: Date; readonly majorAt?: Date }
  | { readonly type: 'return'; readonly at: Date }
  | { readonly type: 'find'; readonly at: Date }
  | { readonly type: 'turn-adult'; readonly at: Date; readonly majorAt: Date }
  | { readonly type: 'mark-place-known' }
  | { readonly type: 'void' };

export type FlightEvent =
  | { readonly type: 'noticed'; readonly at: Date }
  | { readonly type: 'reported'; readonly noticedAt: Date; readonly at: Date }
  | { readonly type: 'ended'; readonly state: 'found' | 'back' | 'adult'; readonly at: Date }
  | { readonly type: 'place-known' }
  | { readonly type: 'voided' };

/**
 * One event a command. One report is enough: whether or not the absence was noted before, it is told at once.
 * @throws AppError `flight-exists`, `flight-not-found`, `flight-over`, `flight-reported`, `flight-not-reported`,
 * `adult-leaves`, `time-in-the-future`, `time-before-flight`, `not-adult-yet`, `place-known-already`
 */
export function decideFlight(flight: Flight | undefined, command: FlightCommand): FlightEvent {
  if (command.type === 'notice') {
    if (flight) throw new AppError('flight-exists', 'It is known that the child is gone.');
    requireMinor(command.at, command.majorAt);
    return { type: 'noticed', at: command.at };
  }
  if (command.type === 'report') {
    if (flight) requireRunning(flight);
    if (flight?.state === 'reported') throw new AppError('flight-reported', 'It has been reported already.');
    const noticedAt = flight?.noticedAt ?? command.noticedAt;
    requireMinor(noticedAt, command.majorAt);
    if (noticedAt > command.at) {
      throw new AppError('time-in-the-future', 'That time has not come yet: correct it.');
    }
    return { type: 'reported', noticedAt, at: command.at };
  }
  if (!flight) throw new AppError('flight-not-found', 'There is no such flight.');
  if (command.type === 'mark-place-known') {
    if (flight.placeKnown) throw new AppError('place-known-already', 'The place is marked already.');
    return { type: 'place-known' };
  }
  requireRunning(flight);
  switch (command.type) {
    case 'return':
      if (flight.state === 'reported') {
        throw new AppError('flight-reported', 'Others search for the child: say that the child is found.');
      }
      return ended(flight, 'back', command.at);
    case 'find':
      if (flight.state !== 'reported') {
        throw new AppError('flight-not-reported', 'Nobody was told: say that the child is back.');
      }
      return ended(flight, 'found', command.at);
    case 'turn-adult':
      if (command.at < command.majorAt) throw new AppError('not-adult-yet', 'The person is still a minor.');
      return ended(flight, 'adult', command.at);
    case 'void':
      return { type: 'voided' };
  }
}

export function evolveFlight(flight: Flight | undefined, event: FlightEvent): Flight {
  const version = (flight?.version ?? 0) + 1;
  if (event.type === 'noticed') return { version, state: 'noticed', noticedAt: event.at, placeKnown: false };
  if (event.type === 'reported') {
    const { noticedAt, at: reportedAt } = event;
    return { version, state: 'reported', noticedAt, reportedAt, placeKnown: flight?.placeKnown ?? false };
  }
  if (!flight) throw new TypeError('a flight begins when it is noticed or reported');
  switch (event.type) {
    case 'ended':
      return { ...flight, version, state: event.state, endedAt: event.at };
    case 'place-known':
      return { ...flight, version, placeKnown: true };
    case 'voided':
      return { ...flight, version, state: 'voided' };
  }
}

/** Noticed an hour ago, and nobody has been told. */
export const isOverdue = ({ state, noticedAt }: Flight, at: Date): boolean =>
  state === 'noticed' && at.getTime() - noticedAt.getTime() >= REPORT_WITHIN_MS;

/** It was reported, later than within the hour. */
export const isReportedLate = ({ noticedAt, reportedAt }: Flight): boolean =>
  reportedAt !== undefined && reportedAt.getTime() - noticedAt.getTime() >= REPORT_WITHIN_MS;

function ended(flight: Flight, state: 'found' | 'back' | 'adult', at: Date): FlightEvent {
  if (at < flight.noticedAt) {
    throw new AppError('time-before-flight', 'The child was not gone yet at that time: correct it.');
  }
  return { type: 'ended', state, at };
}

function requireRunning({ state }: Flight): void {
  if (state !== 'noticed' && state !== 'reported') throw new AppError('flight-over', 'The flight is over.');
}

function requireMinor(at: Date, majorAt: Date | undefined): void {
  if (majorAt === undefined || at < majorAt) return;
  throw new AppError(
    'adult-leaves',
    'The person is of age: an adult who leaves a shelter is not in flight (R17).',
  );
}
