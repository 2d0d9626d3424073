import { addDays, addMonths, AppError, type Day, daysBetween } from '@liaison/kernel';

export const STAY_ENDS = [
  'ordinary-protection',
  'other-place',
  'trusted-third-party',
  'order',
  'adult',
] as const;
export type StayEnd = (typeof STAY_ENDS)[number];

/** What was found when somebody checked whether a relative or a third party takes part in the exploitation. */
export const INVOLVEMENTS = ['not-involved', 'involved', 'unchecked'] as const;
export type Involvement = (typeof INVOLVEMENTS)[number];

/** What a relative may take part in: R26 asks the same of each. */
export const FAMILY_PARTS = ['mediation', 'visit', 'consent', 'access', 'erasure'] as const;
export type FamilyPart = (typeof FAMILY_PARTS)[number];

/** In which a relative decides for the child, and nobody for an adult. */
const SAYS: readonly FamilyPart[] = ['consent', 'access', 'erasure'];

/** R27, S1 I.5: a secure centre takes for three months, once more for three, then ordinary child protection follows. */
const TERM_MONTHS = 3;
const RENEWALS = 1;
/** From so many days before the last one on, its end is announced. */
export const STAY_WARNING_DAYS = 30;

/** A child in one place. */
export interface Stay {
  /** Counts its changes, from 1. */
  readonly version: number;
  readonly from: Day;
  /** In a secure place only: its term. */
  readonly lastDay?: Day;
  readonly renewals: number;
  readonly ended?: { readonly on: Day; readonly reason: StayEnd };
}

/** Whom a command is about, on the day of the command. Absent: nobody knows, and it is a minor (R15). */
interface OfAge {
  readonly age?: 'minor' | 'adult';
}

/** `agrees`: of age, the person wants help to go on (R17, CASF L222-5). */
export type StayCommand = OfAge &
  (
    | { readonly type: 'admit'; readonly today: Day; readonly from: Day; readonly secure: boolean }
    | { readonly type: 'renew'; readonly today: Day; readonly agrees?: boolean }
    | { readonly type: 'entrust'; readonly today: Day; readonly thirdParty: Involvement }
    | { readonly type: 'allow-family'; readonly part: FamilyPart; readonly relative: Involvement }
    | {
        readonly type: 'end';
        readonly today: Day;
        readonly reason: Exclude<StayEnd, 'trusted-third-party'>;
      }
  );

export type StayEvent =
  | { readonly type: 'admitted'; readonly from: Day; readonly lastDay?: Day }
  | { readonly type: 'renewed'; readonly lastDay: Day }
  | { readonly type: 'family-allowed'; readonly part: FamilyPart }
  | { readonly type: 'ended'; readonly on: Day; readonly reason: StayEnd };

/**
 * One event a command. A renewal counts from the first day, whenever somebody gets to it; nobody leaves because a term is
 * over, nor on a birthday: of age, they decide themselves.
 * @throws AppError `stay-exists`, `stay-not-found`, `stay-over`, `stay-of-adult`, `stay-of-minor`, `adult-must-agree`,
 * `adult-decides`, `day-in-the-future`, `stay-has-no-term`, `stay-renewed-once`, `relative-involved`, `relative-unchecked`
 */
export function decideStay(stay: Stay | undefined, command: StayCommand): StayEvent {
  if (command.type === 'admit') {
    if (stay) throw new AppError('stay-exists', 'The child was admitted there already.');
    const { from, today, secure, age } = command;
    if (age === 'adult') {
      throw new AppError(
        'stay-of-adult',
        'The person is of age: a place for minors is none for them. Help goes on with their agreement only (R17, CASF L222-5): POST /v1/orientation-requests asks for a place for adults.',
      );
    }
    if (from > today) throw new AppError('day-in-the-future', 'That day has not come yet: correct the date.');
    return { type: 'admitted', from, ...(secure && { lastDay: termEnd(from, 0) }) };
  }
  if (!stay) throw new AppError('stay-not-found', 'There is no such stay.');
  if (stay.ended) throw new AppError('stay-over', 'The stay has ended.');
  switch (command.type) {
    case 'renew':
      if (stay.lastDay === undefined) {
        throw new AppError('stay-has-no-term', 'Only a stay in a secure place has a term to renew (R27).');
      }
      if (stay.renewals >= RENEWALS) {
        throw new AppError(
          'stay-renewed-once',
          'A secure place is given for three months, renewed once: ordinary child protection follows (R27).',
        );
      }
      if (command.age === 'adult' && command.agrees !== true) {
        throw new AppError(
          'adult-must-agree',
          'The person is of age: help goes on with their agreement only. Ask them, and say that they agree (R17, CASF L222-5).',
        );
      }
      return { type: 'renewed', lastDay: termEnd(stay.from, stay.renewals + 1) };
    case 'entrust':
      if (command.age === 'adult') throw adultDecides();
      requireUninvolved(command.thirdParty);
      return { type: 'ended', on: command.today, reason: 'trusted-third-party' };
    case 'allow-family':
      requireUninvolved(command.relative);
      if (command.age === 'adult' && SAYS.includes(command.part)) throw adultDecides();
      return { type: 'family-allowed', part: command.part };
    case 'end':
      if (command.reason === 'adult' && command.age === 'minor') {
        throw new AppError(
          'stay-of-minor',
          'The child is not of age yet: give the reason for which it leaves.',
        );
      }
      return { type: 'ended', on: command.today, reason: command.reason };
  }
}

export function evolveStay(stay: Stay | undefined, event: StayEvent): Stay {
  if (event.type === 'admitted') {
    const { from, lastDay } = event;
    return { version: 1, from, renewals: 0, ...(lastDay !== undefined && { lastDay }) };
  }
  if (!stay) throw new TypeError('a stay begins with the admission');
  const next = { ...stay, version: stay.version + 1 };
  switch (event.type) {
    case 'renewed':
      return { ...next, lastDay: event.lastDay, renewals: stay.renewals + 1 };
    case 'family-allowed':
      return next;
    case 'ended':
      return { ...next, ended: { on: event.on, reason: event.reason } };
  }
}

/** Days to the last one of a term that ends soon; negative once it is over and the child still there. */
export function daysLeft({ lastDay, ended }: Stay, today: Day): number | undefined {
  if (lastDay === undefined || ended) return undefined;
  const days = daysBetween(today, lastDay);
  return days <= STAY_WARNING_DAYS ? days : undefined;
}

const adultDecides = () =>
  new AppError('adult-decides', 'The person is of age: nobody else decides for them (R17). Ask them.');

const termEnd = (from: Day, renewals: number): Day =>
  addDays(addMonths(from, TERM_MONTHS * (renewals + 1)), -1);

/** R26: a relative or a third party takes part only once it is checked that they have none in the exploitation. */
function requireUninvolved(involvement: Involvement): void {
  switch (involvement) {
    case 'not-involved':
      return;
    case 'involved':
      throw new AppError(
        'relative-involved',
        'That person takes part in the exploitation: neither mediation nor visit, and no say for the child (R26).',
      );
    case 'unchecked':
      throw new AppError(
        'relative-unchecked',
        'Check first that this person takes no part in the exploitation (R26), and record the check.',
      );
  }
}
