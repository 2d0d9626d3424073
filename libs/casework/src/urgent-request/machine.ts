import type { Machine } from '../state-diagram';
import {
  type AskedCommand,
  type AskedRequest,
  decideAsked,
  decideReceived,
  evolveAsked,
  evolveReceived,
  type ReceivedCommand,
  type ReceivedRequest,
} from './urgent-request';

/** For the pictures in docs/state-machines. */
export const URGENT_ASKED_MACHINE: Machine<AskedRequest, AskedCommand, AskedCommand> = {
  decide: decideAsked,
  evolve: evolveAsked,
  nameOf: ({ state }) => state,
  commands: {
    ask: { type: 'ask' },
    withdraw: { type: 'withdraw' },
    'receive answer': { type: 'receive-answer', outcome: 'answered' },
    'receive refusal': { type: 'receive-answer', outcome: 'refused' },
    'answer taken back': { type: 'lose-answer' },
  },
};

export const URGENT_RECEIVED_MACHINE: Machine<ReceivedRequest, ReceivedCommand, ReceivedCommand> = {
  decide: decideReceived,
  evolve: evolveReceived,
  nameOf: ({ state }) => state,
  commands: {
    receive: { type: 'receive' },
    answer: { type: 'answer' },
    refuse: { type: 'refuse', reason: 'nothing-held' },
    'take back': { type: 'take-back' },
  },
};
