import type { Machine } from '../state-diagram';
import { type Assignment, type AssignmentCommand, type AssignmentEvent, decide, evolve } from './assignment';

/** For the picture in docs/state-machines. */
export const ASSIGNMENT_MACHINE: Machine<Assignment, AssignmentCommand, AssignmentEvent> = {
  decide,
  evolve,
  nameOf: ({ assignee }) => (assignee === undefined ? 'unassigned' : 'assigned'),
  commands: {
    take: { type: 'take', by: 'a' },
    'hand over': { type: 'hand-over', by: 'a', supervisor: false, to: 'b' },
    'hand over (supervisor)': { type: 'hand-over', by: 's', supervisor: true, to: 'c' },
    release: { type: 'release', by: 'a', supervisor: false },
    'release (supervisor)': { type: 'release', by: 's', supervisor: true },
  },
};
