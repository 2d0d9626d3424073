import type { Machine } from '../state-diagram';
import {
  decideReceived,
  evolveReceived,
  type ReceivedFlight,
  type ReceivedFlightCommand,
  type ReceivedFlightEvent,
} from './flight';

/** For the pictures in docs/state-machines. */
export const RECEIVED_FLIGHT_MACHINE: Machine<ReceivedFlight, ReceivedFlightCommand, ReceivedFlightEvent> = {
  decide: decideReceived,
  evolve: evolveReceived,
  nameOf: ({ state }) => state,
  commands: {
    'hear that it is overdue': { type: 'hear-overdue' },
    'hear of it': { type: 'hear' },
    'take note of it': { type: 'acknowledge', at: new Date(0), unit: 'bpm', roles: ['officer'] },
    'say that the child is found': { type: 'say-found' },
    'hear that it is found': { type: 'hear-end', outcome: 'found' },
    'hear that it is of age': { type: 'hear-end', outcome: 'adult' },
    'hear that it was no flight': { type: 'hear-end', outcome: 'voided' },
    'hear that it is back': { type: 'hear-end', outcome: 'back' },
  },
};
