import type { OperationAcknowledgedV1 } from '@liaison/contracts';
import { AppError, type Day } from '@liaison/kernel';
import { isExpired, operationCalledOff, operationExpired } from './operation';

export const RECEIVED_OPERATION_STATES = ['new', 'acknowledged', 'called-off'] as const;
export type ReceivedOperationState = (typeof RECEIVED_OPERATION_STATES)[number];

/** Roles whose taking note counts as the agency's; who may call says the route. */
export const OPERATION_READERS = ['caseworker', 'supervisor'] as const;

/** An announced operation as whoever prepares for it sees it. */
export interface ReceivedOperation {
  readonly state: ReceivedOperationState;
  /** Counts its changes, from 1. */
  readonly version: number;
  readonly until: Day;
  readonly expectedPeople: number;
  readonly placesHeld: number;
}

export type ReceivedOperationCommand =
  | { readonly type: 'receive'; readonly until: Day; readonly expectedPeople: number }
  | {
      readonly type: 'acknowledge';
      readonly at: Date;
      readonly today: Day;
      readonly unit: string;
      /** Of whoever takes note. */
      readonly roles: readonly string[];
      readonly placesHeld: number;
    }
  | { readonly type: 'call-off' };

export type ReceivedOperationEvent =
  | { readonly type: 'received'; readonly until: Day; readonly expectedPeople: number }
  | { readonly type: 'acknowledged'; readonly acknowledgement: OperationAcknowledgedV1 }
  | { readonly type: 'called-off' };

/**
 * It may be acknowledged again, with more or fewer places, until it expires.
 * @throws AppError `operation-received`, `operation-not-found`, `operation-called-off`, `operation-expired`, `operation-places-too-many`,
 * `role-missing`
 */
export function decide(
  operation: ReceivedOperation | undefined,
  command: ReceivedOperationCommand,
): ReceivedOperationEvent {
  if (command.type === 'receive') {
    if (operation) throw new AppError('operation-received', 'It has come before.');
    return { type: 'received', until: command.until, expectedPeople: command.expectedPeople };
  }
  if (!operation) throw noSuchReceivedOperation();
  if (operation.state === 'called-off') throw operationCalledOff();
  if (command.type === 'call-off') return { type: 'called-off' };
  const { at, today, unit, roles, placesHeld } = command;
  if (isExpired(operation, today)) throw operationExpired();
  if (placesHeld > operation.expectedPeople) {
    throw new AppError(
      'operation-places-too-many',
      `${operation.expectedPeople} people are expected: hold no more places than that.`,
    );
  }
  const role = OPERATION_READERS.find((own) => roles.includes(own));
  if (!role) throw new AppError('role-missing', `It takes a role of: ${OPERATION_READERS.join(', ')}.`);
  return {
    type: 'acknowledged',
    acknowledgement: { acknowledgedAt: at.toISOString(), role, unit, placesHeld },
  };
}

export function evolve(
  operation: ReceivedOperation | undefined,
  event: ReceivedOperationEvent,
): ReceivedOperation {
  if (event.type === 'received') {
    const { until, expectedPeople } = event;
    return { state: 'new', version: 1, until, expectedPeople, placesHeld: 0 };
  }
  if (!operation) throw new TypeError('an operation is received first');
  const version = operation.version + 1;
  return event.type === 'called-off'
    ? { ...operation, state: 'called-off', version, placesHeld: 0 }
    : { ...operation, state: 'acknowledged', version, placesHeld: event.acknowledgement.placesHeld };
}

/** Places that nobody else may be given today: none once it has expired. */
export const placesHeldOn = (operation: ReceivedOperation, today: Day): number =>
  isExpired(operation, today) ? 0 : operation.placesHeld;

export const noSuchReceivedOperation = () =>
  new AppError('operation-not-found', 'No such operation was announced to your unit.');
