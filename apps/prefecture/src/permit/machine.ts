import type { Machine } from '@liaison/casework';
import { decide, evolve, type Permit, type PermitCommand, type PermitEvent } from './permit';

const at = { today: '2026-03-10', on: '2026-03-10' };

/** For the picture in docs/state-machines. The end of the proceedings changes no state of a permit: it is left out. */
export const PERMIT_MACHINE: Machine<Permit, PermitCommand, PermitEvent> = {
  decide,
  evolve,
  nameOf: ({ state }) => state,
  commands: {
    lodge: { ...at, type: 'lodge', ground: 'cooperation', renewal: false },
    grant: { ...at, type: 'grant' },
    refuse: { ...at, type: 'refuse', reason: 'conditions-not-met' },
    appeal: { ...at, type: 'appeal' },
    'uphold refusal': { ...at, type: 'decide-appeal', outcome: 'refusal-upheld' },
    'annul refusal': { ...at, type: 'decide-appeal', outcome: 'refusal-annulled' },
    withdraw: { ...at, type: 'withdraw', reason: 'link-renewed' },
    abandon: { ...at, type: 'abandon' },
  },
};
