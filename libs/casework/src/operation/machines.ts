import type { Machine } from '../state-diagram';
import * as announced from './operation';
import * as received from './received-operation';

const at = new Date('2026-03-12T09:00:00Z');
const today = '2026-03-12';
const until = '2026-03-14';

/** For the pictures in docs/state-machines. */
export const OPERATION_MACHINE: Machine<
  announced.Operation,
  announced.OperationCommand,
  announced.OperationEvent
> = {
  decide: announced.decide,
  evolve: announced.evolve,
  nameOf: ({ state }) => state,
  commands: {
    announce: { type: 'announce', until, to: ['asso-refuge'] },
    'receive the last acknowledgement': {
      type: 'receive-acknowledgement',
      agency: 'asso-refuge',
      placesHeld: 8,
    },
    'call off': { type: 'call-off', today },
  },
};

export const RECEIVED_OPERATION_MACHINE: Machine<
  received.ReceivedOperation,
  received.ReceivedOperationCommand,
  received.ReceivedOperationEvent
> = {
  decide: received.decide,
  evolve: received.evolve,
  nameOf: ({ state }) => state,
  commands: {
    receive: { type: 'receive', until, expectedPeople: 12 },
    acknowledge: { type: 'acknowledge', at, today, unit: 'foyer', roles: ['caseworker'], placesHeld: 8 },
    'receive its calling off': { type: 'call-off' },
  },
};
