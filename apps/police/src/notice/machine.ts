import type { Machine } from '@liaison/casework';
import { decide, type Draft, evolve, type Notice, type NoticeCommand, type NoticeEvent } from './notice';

const DRAFT: Draft = { content: {}, protection: { identity: false, address: false } };
const holders = ['prefecture-75'];

/** For the picture in docs/state-machines. */
export const NOTICE_MACHINE: Machine<Notice, NoticeCommand, NoticeEvent> = {
  decide,
  evolve,
  nameOf: ({ state }) => state,
  commands: {
    write: { type: 'write', draft: DRAFT },
    edit: { type: 'edit', draft: DRAFT },
    discard: { type: 'discard' },
    issue: { type: 'issue', recipients: ['prefecture-75', 'prefecture-13'] },
    amend: { type: 'amend', reason: 'correction', denied: [], holders },
    move: { type: 'move', recipients: ['prefecture-13', 'asso-refuge'], denied: [], holders },
    withdraw: { type: 'withdraw', reason: 'other', holders },
    'recall from one of several': { type: 'recall', reason: 'other', from: ['prefecture-13'], holders },
    'recall from all': { type: 'recall', reason: 'other', holders },
    acknowledge: { type: 'acknowledge', by: 'prefecture-75' },
  },
};
