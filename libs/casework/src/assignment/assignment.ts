import { AppError } from '@liaison/kernel';

/** Who of the unit looks after a case. */
export interface Assignment {
  /** Counts its changes; 0 before the first. */
  readonly version: number;
  /** Pseudonym; absent: nobody. */
  readonly assignee?: string;
}

/** `by` is the pseudonym of whoever acts. A supervisor may also act on what is somebody else's. */
export type AssignmentCommand =
  | { readonly type: 'take'; readonly by: string }
  | { readonly type: 'hand-over'; readonly by: string; readonly supervisor: boolean; readonly to: string }
  | { readonly type: 'release'; readonly by: string; readonly supervisor: boolean };

export type AssignmentEvent =
  | { readonly type: 'taken'; readonly assignee: string }
  | { readonly type: 'handed-over'; readonly assignee: string }
  | { readonly type: 'released' };

export const UNASSIGNED: Assignment = { version: 0 };

/**
 * One event a command. What nobody has, whoever works in the unit may give to anybody of it.
 * @throws AppError `case-assigned`, `case-not-assigned`, `assignment-not-yours`
 */
export function decide(state: Assignment | undefined, command: AssignmentCommand): AssignmentEvent {
  const { assignee } = state ?? UNASSIGNED;
  switch (command.type) {
    case 'take':
      if (assignee === undefined) return { type: 'taken', assignee: command.by };
      throw new AppError(
        'case-assigned',
        assignee === command.by
          ? 'You have this case already.'
          : 'A colleague has this case: they hand it over, or a supervisor does.',
      );
    case 'hand-over':
      if (assignee === command.to) {
        throw new AppError('case-assigned', 'They have this case already.');
      }
      if (assignee !== undefined) requireTheirs(assignee, command);
      return { type: 'handed-over', assignee: command.to };
    case 'release':
      if (assignee === undefined) {
        throw new AppError('case-not-assigned', 'Nobody has this case: there is nothing to release.');
      }
      requireTheirs(assignee, command);
      return { type: 'released' };
  }
}

export function evolve(state: Assignment | undefined, event: AssignmentEvent): Assignment {
  const version = (state ?? UNASSIGNED).version + 1;
  return event.type === 'released' ? { version } : { version, assignee: event.assignee };
}

function requireTheirs(assignee: string, { by, supervisor }: { by: string; supervisor: boolean }): void {
  if (supervisor || assignee === by) return;
  throw new AppError(
    'assignment-not-yours',
    'A colleague has this case: only they or a supervisor may change that.',
  );
}
