import type { Machine } from '@liaison/casework';
import {
  decide,
  evolve,
  type OpinionCommand,
  type OpinionEvent,
  type OpinionRequest,
} from './opinion-request';

/** For the picture in docs/state-machines. */
export const OPINION_MACHINE: Machine<OpinionRequest, OpinionCommand, OpinionEvent> = {
  decide,
  evolve,
  nameOf: ({ state }) => state,
  commands: {
    receive: { type: 'receive' },
    'answer with a notice': { type: 'answer', noticeId: 'n' },
    refuse: { type: 'refuse', reason: 'no-elements' },
    'receive withdrawal': { type: 'receive-withdrawal', reason: 'no-longer-needed' },
    'take back': { type: 'take-back' },
  },
};
