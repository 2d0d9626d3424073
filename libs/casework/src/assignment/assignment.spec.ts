import { AppError } from '@liaison/kernel';
import fc from 'fast-check';
import { type Assignment, type AssignmentCommand, decide, evolve } from './assignment';

const PEOPLE = ['a', 'b', 'c'];
const person = fc.constantFrom(...PEOPLE);
const command: fc.Arbitrary<AssignmentCommand> = fc.oneof(
  fc.record({ type: fc.constant('take' as const), by: person }),
  fc.record({ type: fc.constant('hand-over' as const), by: person, supervisor: fc.boolean(), to: person }),
  fc.record({ type: fc.constant('release' as const), by: person, supervisor: fc.boolean() }),
);

function attempt(state: Assignment | undefined, given: AssignmentCommand): Assignment | string {
  try {
    return evolve(state, decide(state, given));
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
}

describe('who has a case', () => {
  it('changes by one version a command, and only by those who may', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 30 }), (commands) => {
        let state: Assignment | undefined;
        for (const given of commands) {
          const before = state?.assignee;
          const next = attempt(state, given);
          if (typeof next === 'string') continue;
          expect(next.version).toBe((state?.version ?? 0) + 1);
          // What somebody has, nobody takes; only they or a supervisor give it away.
          if (before !== undefined) {
            expect(given.type).not.toBe('take');
            expect(given.by === before || (given.type !== 'take' && given.supervisor)).toBe(true);
          }
          expect(next.assignee).not.toBe(before);
          state = next;
        }
      }),
    );
  });

  it('is never stuck: a supervisor can always release or give it to somebody else', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 30 }), person, (commands, to) => {
        let state: Assignment | undefined;
        for (const given of commands) {
          const next = attempt(state, given);
          if (typeof next !== 'string') state = next;
        }
        const given = attempt(state, { type: 'hand-over', by: 's', supervisor: true, to });
        expect(given).toEqual(
          state?.assignee === to ? 'case-assigned' : { version: (state?.version ?? 0) + 1, assignee: to },
        );
      }),
    );
  });

  it.each<[string, Assignment | undefined, AssignmentCommand]>([
    ['case-assigned', { version: 1, assignee: 'a' }, { type: 'take', by: 'b' }],
    ['case-assigned', { version: 1, assignee: 'a' }, { type: 'take', by: 'a' }],
    [
      'case-assigned',
      { version: 1, assignee: 'a' },
      { type: 'hand-over', by: 'a', supervisor: false, to: 'a' },
    ],
    [
      'assignment-not-yours',
      { version: 1, assignee: 'a' },
      { type: 'hand-over', by: 'b', supervisor: false, to: 'b' },
    ],
    ['assignment-not-yours', { version: 1, assignee: 'a' }, { type: 'release', by: 'b', supervisor: false }],
    ['case-not-assigned', undefined, { type: 'release', by: 's', supervisor: true }],
  ])('says %s', (code, state, given) => {
    expect(attempt(state, given)).toBe(code);
  });
});
