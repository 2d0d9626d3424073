import { addDays, AppError, type Day, daysBetween } from '@liaison/kernel';

/** R28, CASF L221-2-4 and R221-11: five days where the child is found, extended twice at most. */
const TERM_DAYS = 5;
const EXTENSIONS = 2;
/** From so many days before the last one on, its end is announced. */
export const SHELTER_WARNING_DAYS = 2;

/** `adult`: from the eighteenth birthday it may go on with the person's agreement, by another way (R17). */
export const SHELTER_ENDS = ['placed', 'handed-over', 'returned', 'order', 'flight', 'adult'] as const;
export type ShelterEnd = (typeof SHELTER_ENDS)[number];

/**
 * Shelter at once, in the département where the child was found. Whoever is competent has no part in it: no command here knows of a
 * conflict of competence (R28), and nobody leaves because a term is over.
 */
export interface ProvisionalShelter {
  /** Counts its changes, from 1. */
  readonly version: number;
  readonly from: Day;
  readonly lastDay: Day;
  readonly extensions: number;
  readonly ended?: { readonly on: Day; readonly reason: ShelterEnd };
}

export type ShelterCommand =
  | { readonly type: 'shelter'; readonly today: Day; readonly from: Day }
  | { readonly type: 'extend' }
  | { readonly type: 'end'; readonly today: Day; readonly reason: ShelterEnd };

export type ShelterEvent =
  | { readonly type: 'sheltered'; readonly from: Day; readonly lastDay: Day }
  | { readonly type: 'extended'; readonly lastDay: Day }
  | { readonly type: 'ended'; readonly on: Day; readonly reason: ShelterEnd };

/** @throws AppError `shelter-exists`, `shelter-not-found`, `shelter-over`, `shelter-extended-twice`, `day-in-the-future` */
export function decideShelter(
  shelter: ProvisionalShelter | undefined,
  command: ShelterCommand,
): ShelterEvent {
  if (command.type === 'shelter') {
    if (shelter) throw new AppError('shelter-exists', 'The child has provisional shelter already.');
    const { from, today } = command;
    if (from > today) throw new AppError('day-in-the-future', 'That day has not come yet: correct the date.');
    return { type: 'sheltered', from, lastDay: addDays(from, TERM_DAYS - 1) };
  }
  if (!shelter) throw new AppError('shelter-not-found', 'Your unit has no such provisional shelter.');
  if (shelter.ended) throw new AppError('shelter-over', 'That provisional shelter has ended.');
  if (command.type === 'end') return { type: 'ended', on: command.today, reason: command.reason };
  if (shelter.extensions >= EXTENSIONS) {
    throw new AppError(
      'shelter-extended-twice',
      'Provisional shelter is given for five days and extended twice (CASF R221-11): the child stays, and a judge or the procureur is seised.',
    );
  }
  return { type: 'extended', lastDay: addDays(shelter.lastDay, TERM_DAYS) };
}

export function evolveShelter(
  shelter: ProvisionalShelter | undefined,
  event: ShelterEvent,
): ProvisionalShelter {
  if (event.type === 'sheltered') {
    return { version: 1, from: event.from, lastDay: event.lastDay, extensions: 0 };
  }
  if (!shelter) throw new TypeError('provisional shelter begins with the child being sheltered');
  const next = { ...shelter, version: shelter.version + 1 };
  return event.type === 'extended'
    ? { ...next, lastDay: event.lastDay, extensions: shelter.extensions + 1 }
    : { ...next, ended: { on: event.on, reason: event.reason } };
}

/** Days to the last one of a term that ends soon; negative once it is over and the child still there. */
export function shelterDaysLeft(
  { lastDay, ended }: Pick<ProvisionalShelter, 'lastDay' | 'ended'>,
  today: Day,
): number | undefined {
  if (ended) return undefined;
  const days = daysBetween(today, lastDay);
  return days <= SHELTER_WARNING_DAYS ? days : undefined;
}
