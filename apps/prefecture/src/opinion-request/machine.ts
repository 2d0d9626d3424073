import type { Machine } from '@liaison/casework';
import {
  decide,
  evolve,
  type OpinionCommand,
  type OpinionEvent,
  type OpinionRequest,
} from './opinion-request';

const at = new Date('2026-03-12T09:00:00Z');

/** For the picture in docs/state-machines. */
export const OPINION_MACHINE: Machine<OpinionRequest, OpinionCommand, OpinionEvent> = {
  decide,
  evolve,
  nameOf: ({ state }) => state,
  commands: {
    ask: { type: 'ask', today: '2026-03-10', dueOn: '2026-03-24' },
    withdraw: { type: 'withdraw', reason: 'no-longer-needed' },
    'receive notice': { type: 'receive-notice', noticeId: 'n', at },
    'receive answer': { type: 'receive-answer', outcome: 'notice', at },
    'receive refusal': { type: 'receive-answer', outcome: 'refused', at },
  },
};
