import type { Machine } from '@liaison/casework';
import {
  decide,
  evolve,
  isBreached,
  type PeriodCommand,
  type PeriodEvent,
  type ReflectionPeriod,
} from './reflection-period';

const DAY = '2026-03-10';

/** For the picture in docs/state-machines. */
export const PERIOD_MACHINE: Machine<ReflectionPeriod, PeriodCommand, PeriodEvent> = {
  decide,
  evolve,
  nameOf: (period) => `${period.ended ? 'ended early' : 'running'}${isBreached(period) ? ', breached' : ''}`,
  commands: {
    open: { type: 'open', today: DAY, from: DAY, lastDay: '2026-04-09' },
    end: { type: 'end', today: DAY, reason: 'person-asked' },
    'report-breach': { type: 'report-breach', today: DAY, id: 'b', measure: 'removal-ordered', takenOn: DAY },
    'void breach': { type: 'void-breach', id: 'b', reason: 'entered-by-mistake' },
    remedy: { type: 'remedy', today: DAY, id: 'b', on: DAY },
  },
};
