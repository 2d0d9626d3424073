import type { Machine } from '../state-diagram';
import { decideLink, evolveLink, type LinkCommand, type LinkEvent, type PersonLink, stateOf } from './link';

/** For the pictures in docs/state-machines. */
export const LINK_MACHINE: Machine<PersonLink, LinkCommand, LinkEvent> = {
  decide: decideLink,
  evolve: evolveLink,
  nameOf: (link) => stateOf(link).replaceAll('-', ' '),
  commands: {
    propose: { type: 'propose' },
    confirm: { type: 'confirm' },
    refuse: { type: 'refuse' },
    undo: { type: 'undo' },
    'hear that they say so': { type: 'hear', word: { round: 1, says: 'same' } },
    'hear that they do not': { type: 'hear', word: { round: 1, says: 'not-same' } },
  },
};
