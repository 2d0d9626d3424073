import type { BreachVoidReason } from '@liaison/contracts';
import { AppError } from '@liaison/kernel';
import type { Day } from '../law/days';

/** Why the préfet may end it early (R.316-2), or the person's own wish. */
export const END_REASONS = ['link-renewed', 'public-order', 'person-asked'] as const;
export type EndReason = (typeof END_REASONS)[number];

/** What nobody may do to the person while it runs. */
export const REMOVAL_MEASURES = ['removal-ordered', 'removal-executed', 'detention', 'house-arrest'] as const;
export type RemovalMeasure = (typeof REMOVAL_MEASURES)[number];

/** A removal measure that was taken or executed while the period ran. */
export interface Breach {
  readonly id: string;
  readonly measure: RemovalMeasure;
  readonly takenOn: Day;
  /** The measure was withdrawn, or its execution stopped. */
  readonly remediedOn?: Day;
  /** There was none: it was entered by mistake. */
  readonly voided?: BreachVoidReason;
  /** Counts what was told of it, from 1. */
  readonly revision: number;
}

export interface ReflectionPeriod {
  /** Counts its changes, from 1. */
  readonly version: number;
  /** The day on which the receipt was handed over. */
  readonly from: Day;
  /** The last day that the text gives. */
  readonly lastDay: Day;
  readonly ended?: { readonly on: Day; readonly reason: EndReason };
  readonly breaches: readonly Breach[];
}

/** `today` is the legal day of the act; nothing is decided about days to come. */
export type PeriodCommand =
  | { readonly type: 'open'; readonly today: Day; readonly from: Day; readonly lastDay: Day }
  | { readonly type: 'end'; readonly today: Day; readonly reason: EndReason }
  | {
      readonly type: 'report-breach';
      readonly today: Day;
      readonly id: string;
      readonly measure: RemovalMeasure;
      readonly takenOn: Day;
    }
  | { readonly type: 'remedy'; readonly today: Day; readonly id: string; readonly on: Day }
  | { readonly type: 'void-breach'; readonly id: string; readonly reason: BreachVoidReason };

export type PeriodEvent =
  | { readonly type: 'opened'; readonly from: Day; readonly lastDay: Day }
  | { readonly type: 'ended'; readonly on: Day; readonly reason: EndReason }
  | { readonly type: 'breached'; readonly breach: Breach }
  | { readonly type: 'remedied'; readonly breach: Breach }
  | { readonly type: 'breach-voided'; readonly breach: Breach };

/**
 * One event a command.
 * @throws AppError `reflection-period-exists`, `reflection-period-not-found`, `day-in-the-future`,
 * `reflection-period-over`, `breach-exists`, `breach-outside-period`, `breach-not-found`, `breach-remedied`,
 * `breach-voided`, `remedy-before-breach`
 */
export function decide(period: ReflectionPeriod | undefined, command: PeriodCommand): PeriodEvent {
  if (command.type === 'open') {
    if (period) throw periodExists();
    requirePast(command.from, command.today);
    return { type: 'opened', from: command.from, lastDay: command.lastDay };
  }
  if (!period) throw noSuchPeriod();
  switch (command.type) {
    case 'end':
      requirePast(period.from, command.today);
      if (period.ended || command.today > period.lastDay) {
        throw new AppError('reflection-period-over', 'It is over: there is nothing left to end.');
      }
      return { type: 'ended', on: command.today, reason: command.reason };
    case 'report-breach': {
      const { id, measure, takenOn } = command;
      requirePast(takenOn, command.today);
      if (period.breaches.some((breach) => breach.id === id)) {
        throw new AppError('breach-exists', 'It is known already.');
      }
      if (takenOn < period.from || takenOn > protectedUntil(period)) {
        throw new AppError(
          'breach-outside-period',
          'The measure was not taken while the reflection period ran: it is no breach of it.',
        );
      }
      return { type: 'breached', breach: { id, measure, takenOn, revision: 1 } };
    }
    case 'remedy': {
      const breach = standingBreach(period, command.id);
      if (breach.remediedOn) throw new AppError('breach-remedied', 'It has been remedied already.');
      requirePast(command.on, command.today);
      if (command.on < breach.takenOn) {
        throw new AppError(
          'remedy-before-breach',
          'A measure ends on the day on which it was taken, or later.',
        );
      }
      return {
        type: 'remedied',
        breach: { ...breach, remediedOn: command.on, revision: breach.revision + 1 },
      };
    }
    case 'void-breach': {
      const breach = standingBreach(period, command.id);
      return {
        type: 'breach-voided',
        breach: { ...breach, voided: command.reason, revision: breach.revision + 1 },
      };
    }
  }
}

export function evolve(period: ReflectionPeriod | undefined, event: PeriodEvent): ReflectionPeriod {
  if (event.type === 'opened') {
    return { version: 1, from: event.from, lastDay: event.lastDay, breaches: [] };
  }
  if (!period) throw new TypeError('a reflection period begins with its opening');
  const next = { ...period, version: period.version + 1 };
  switch (event.type) {
    case 'ended':
      return { ...next, ended: { on: event.on, reason: event.reason } };
    case 'breached':
      return { ...next, breaches: [...period.breaches, event.breach] };
    case 'remedied':
    case 'breach-voided':
      return {
        ...next,
        breaches: period.breaches.map((breach) => (breach.id === event.breach.id ? event.breach : breach)),
      };
  }
}

export const PERIOD_STATUSES = ['running', 'elapsed', 'ended-early'] as const;
export type PeriodStatus = (typeof PERIOD_STATUSES)[number];

export function statusOn({ ended, lastDay }: Omit<ReflectionPeriod, 'breaches'>, day: Day): PeriodStatus {
  if (ended && ended.on <= day) return 'ended-early';
  return day <= lastDay ? 'running' : 'elapsed';
}

/** The last protected day: that of an early end counts, for a doubt about the hour protects. */
export const protectedUntil = ({ ended, lastDay }: Omit<ReflectionPeriod, 'breaches'>): Day =>
  ended ? ended.on : lastDay;

export const isBreached = ({ breaches }: ReflectionPeriod): boolean =>
  breaches.some(({ remediedOn, voided }) => remediedOn === undefined && voided === undefined);

/** From so many days before its end on, a running period is listed as ending soon. */
export const WARNING_DAYS = 7;

/** @throws AppError `breach-not-found`, `breach-voided` */
function standingBreach({ breaches }: ReflectionPeriod, wanted: string): Breach {
  const breach = breaches.find(({ id }) => id === wanted);
  if (!breach) throw new AppError('breach-not-found', 'The reflection period has no such breach.');
  if (breach.voided) throw new AppError('breach-voided', 'It was entered by mistake: there was no breach.');
  return breach;
}

function requirePast(day: Day, today: Day): void {
  if (day <= today) return;
  throw new AppError('day-in-the-future', 'That day has not come yet: correct the date.');
}

export const periodExists = () =>
  new AppError(
    'reflection-period-exists',
    'The person has or had a reflection period in this case: it is not given twice.',
  );

export const noSuchPeriod = () =>
  new AppError('reflection-period-not-found', 'Your unit has no such reflection period.');
