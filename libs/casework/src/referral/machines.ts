import type { Machine } from '../state-diagram';
import * as received from './received-referral';
import * as made from './referral';

const at = new Date('2026-03-12T09:00:00Z');

/** For the pictures in docs/state-machines. */
export const REFERRAL_MACHINE: Machine<made.Referral, made.ReferralCommand, made.ReferralEvent> = {
  decide: made.decide,
  evolve: made.evolve,
  nameOf: ({ state }) => state,
  commands: {
    make: { type: 'make', to: ['ase-75'] },
    'send again': { type: 'send-again', stopped: ['ase-75'] },
    'receive the last acknowledgement': { type: 'receive-acknowledgement', agency: 'ase-75', at },
  },
};

export const RECEIVED_REFERRAL_MACHINE: Machine<
  received.ReceivedReferral,
  received.ReceivedCommand,
  received.ReceivedReferralEvent
> = {
  decide: received.decide,
  evolve: received.evolve,
  nameOf: ({ state }) => state,
  commands: {
    receive: { type: 'receive' },
    acknowledge: { type: 'acknowledge', at, unit: 'mna', roles: ['caseworker'] },
    void: { type: 'void' },
  },
};
