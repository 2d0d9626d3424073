import type { CompetenceLevel, CompetenceOutcome } from '@liaison/contracts';
import { AppError } from '@liaison/kernel';

export const ARBITRATION_STATES = ['open', 'decided', 'left-undecided', 'closed'] as const;
export type ArbitrationState = (typeof ARBITRATION_STATES)[number];

/** A conflict of competence as whoever is asked to decide it keeps it: nothing about the child (R34). */
export interface Arbitration {
  /** Counts its changes, from 1. */
  readonly version: number;
  readonly state: ArbitrationState;
  readonly level: CompetenceLevel;
  /** INSEE codes of the two. */
  readonly between: readonly [sheltering: string, claimed: string];
  readonly competent?: string;
}

export type ArbitrationCommand =
  | { readonly type: 'receive'; readonly level: CompetenceLevel; readonly between: Arbitration['between'] }
  | { readonly type: 'decide'; readonly departement: string }
  | { readonly type: 'leave-undecided' }
  /** It was decided elsewhere, withdrawn, or has no object any more. */
  | { readonly type: 'receive-decision'; readonly outcome: CompetenceOutcome; readonly departement?: string };

export type ArbitrationEvent =
  | { readonly type: 'received'; readonly level: CompetenceLevel; readonly between: Arbitration['between'] }
  | { readonly type: 'decided'; readonly competent: string }
  | { readonly type: 'left-undecided' }
  | { readonly type: 'closed'; readonly competent?: string };

/**
 * One event a command. A level above may ask the same agency again: it is open anew.
 * @throws AppError `arbitration-not-found`, `arbitration-over`, `competence-third`
 */
export function decideArbitration(
  arbitration: Arbitration | undefined,
  command: ArbitrationCommand,
): ArbitrationEvent {
  if (command.type === 'receive') {
    return { type: 'received', level: command.level, between: command.between };
  }
  if (!arbitration) throw noSuchArbitration();
  switch (command.type) {
    case 'decide':
      requireOpen(arbitration);
      if (!arbitration.between.includes(command.departement)) {
        throw new AppError(
          'competence-third',
          'The conflict is between two départements: name one of them, or leave it undecided.',
        );
      }
      return { type: 'decided', competent: command.departement };
    case 'leave-undecided':
      requireOpen(arbitration);
      return { type: 'left-undecided' };
    case 'receive-decision':
      return { type: 'closed', ...(command.departement !== undefined && { competent: command.departement }) };
  }
}

export function evolveArbitration(
  arbitration: Arbitration | undefined,
  event: ArbitrationEvent,
): Arbitration {
  if (event.type === 'received') {
    const { level, between } = event;
    return { version: (arbitration?.version ?? 0) + 1, state: 'open', level, between };
  }
  if (!arbitration) throw new TypeError('an arbitration is received first');
  const next = { ...arbitration, version: arbitration.version + 1 };
  if (event.type === 'left-undecided') return { ...next, state: 'left-undecided' };
  const { competent } = event;
  return { ...next, state: event.type, ...(competent !== undefined && { competent }) };
}

function requireOpen({ state }: Arbitration): void {
  if (state === 'open') return;
  throw new AppError('arbitration-over', 'It has been answered, or ended without you: nobody waits for it.');
}

export const noSuchArbitration = (): AppError =>
  new AppError('arbitration-not-found', 'Your unit has not been asked to decide such a conflict.');
