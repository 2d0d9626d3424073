import { stateDiagram } from '@liaison/casework';
import { BREACH_VOID_REASONS } from '@liaison/contracts';
import { AppError } from '@liaison/kernel';
import fc from 'fast-check';
import { addDays } from '../law/days';
import { PERIOD_MACHINE } from './machine';
import {
  type Breach,
  decide,
  END_REASONS,
  evolve,
  isBreached,
  type PeriodCommand,
  protectedUntil,
  type ReflectionPeriod,
  REMOVAL_MEASURES,
  statusOn,
} from './reflection-period';

const FROM = '2026-03-01';
const LAST = '2026-03-31';
const open: PeriodCommand = { type: 'open', today: FROM, from: FROM, lastDay: LAST };
const opened = evolve(undefined, decide(undefined, open));
const after = (...commands: PeriodCommand[]) =>
  commands.reduce<ReflectionPeriod>((period, command) => evolve(period, decide(period, command)), opened);
const breach = (takenOn: string, today = takenOn): PeriodCommand => ({
  type: 'report-breach',
  id: 'b1',
  measure: 'removal-ordered',
  takenOn,
  today,
});
const refusal = (code: string) => expect.objectContaining({ code }) as AppError;

describe('a reflection period', () => {
  it('runs from the handing over of the receipt to its last day, that day included', () => {
    expect(statusOn(opened, FROM)).toBe('running');
    expect(statusOn(opened, LAST)).toBe('running');
    expect(statusOn(opened, addDays(LAST, 1))).toBe('elapsed');
  });

  it('is given once, and not for a day to come', () => {
    expect(() => decide(opened, open)).toThrow(refusal('reflection-period-exists'));
    expect(() => decide(undefined, { ...open, today: '2026-02-28' })).toThrow(refusal('day-in-the-future'));
  });

  it('ends early with its reason, once, and not after its end', () => {
    const ended = after({ type: 'end', today: '2026-03-10', reason: 'link-renewed' });
    expect(ended.ended).toEqual({ on: '2026-03-10', reason: 'link-renewed' });
    expect(statusOn(ended, '2026-03-09')).toBe('running');
    expect(statusOn(ended, '2026-03-10')).toBe('ended-early');
    const again: PeriodCommand = { type: 'end', today: '2026-03-11', reason: 'public-order' };
    expect(() => decide(ended, again)).toThrow(refusal('reflection-period-over'));
    expect(() => decide(opened, { ...again, today: '2026-04-01' })).toThrow(
      refusal('reflection-period-over'),
    );
  });

  it('is breached by a measure on any of its days, also when that is learnt later', () => {
    for (const day of [FROM, LAST]) expect(isBreached(after(breach(day, '2026-06-01')))).toBe(true);
    for (const day of ['2026-02-28', '2026-04-01']) {
      expect(() => after(breach(day, '2026-06-01'))).toThrow(refusal('breach-outside-period'));
    }
    expect(() => after(breach('2026-03-20', '2026-03-19'))).toThrow(refusal('day-in-the-future'));
  });

  it('is not breached after an early end, but on the day of that end', () => {
    const ended = after({ type: 'end', today: '2026-03-10', reason: 'public-order' });
    expect(decide(ended, breach('2026-03-10')).type).toBe('breached');
    expect(() => decide(ended, breach('2026-03-11'))).toThrow(refusal('breach-outside-period'));
  });

  it('is no longer breached once the measure is withdrawn', () => {
    const remedy: PeriodCommand = { type: 'remedy', id: 'b1', on: '2026-03-12', today: '2026-03-12' };
    const remedied = after(breach('2026-03-10'), remedy);
    expect(isBreached(remedied)).toBe(false);
    expect(remedied.breaches).toEqual([
      { id: 'b1', measure: 'removal-ordered', takenOn: '2026-03-10', remediedOn: '2026-03-12', revision: 2 },
    ]);
    expect(() => decide(remedied, remedy)).toThrow(refusal('breach-remedied'));
    expect(() => decide(opened, remedy)).toThrow(refusal('breach-not-found'));
    expect(() => decide(after(breach('2026-03-10')), { ...remedy, on: '2026-03-09' })).toThrow(
      refusal('remedy-before-breach'),
    );
  });

  it('is not breached by what was entered by mistake, once and for all', () => {
    const undo: PeriodCommand = { type: 'void-breach', id: 'b1', reason: 'wrong-person' };
    const voided = after(breach('2026-03-10'), undo);
    expect(isBreached(voided)).toBe(false);
    expect(voided.breaches).toEqual([expect.objectContaining({ voided: 'wrong-person', revision: 2 })]);
    for (const again of [
      undo,
      { type: 'remedy', id: 'b1', on: '2026-03-12', today: '2026-03-12' } as const,
    ]) {
      expect(() => decide(voided, again)).toThrow(refusal('breach-voided'));
    }
    expect(() => decide(opened, undo)).toThrow(refusal('breach-not-found'));
  });

  const day = fc.integer({ min: -40, max: 80 }).map((offset) => addDays(FROM, offset));
  const command: fc.Arbitrary<PeriodCommand> = fc.oneof(
    fc.record({ type: fc.constant('open' as const), today: day, from: day }).map((it) => ({
      ...it,
      lastDay: addDays(it.from, 30),
    })),
    fc.record({ type: fc.constant('end' as const), today: day, reason: fc.constantFrom(...END_REASONS) }),
    fc.record({
      type: fc.constant('report-breach' as const),
      today: day,
      id: fc.constantFrom('b1', 'b2', 'b3'),
      measure: fc.constantFrom(...REMOVAL_MEASURES),
      takenOn: day,
    }),
    fc.record({
      type: fc.constant('remedy' as const),
      today: day,
      id: fc.constantFrom('b1', 'b2', 'b3'),
      on: day,
    }),
    fc.record({
      type: fc.constant('void-breach' as const),
      id: fc.constantFrom('b1', 'b2', 'b3'),
      reason: fc.constantFrom(...BREACH_VOID_REASONS),
    }),
  );

  it('reaches no illegal state, whatever is asked in whatever order', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 30 }), (commands) => {
        let period: ReflectionPeriod | undefined;
        let changes = 0;
        for (const each of commands) {
          const before: ReflectionPeriod | undefined = period;
          try {
            period = evolve(before, decide(before, each));
          } catch (error) {
            if (!(error instanceof AppError)) throw error;
            continue;
          }
          changes += 1;
          requireLegal(period, changes);
          if (before) {
            expect([period.from, period.lastDay]).toEqual([before.from, before.lastDay]);
            if (before.ended) expect(period.ended).toEqual(before.ended);
            expect(period.breaches.length).toBeGreaterThanOrEqual(before.breaches.length);
            for (const { id } of before.breaches.filter(({ voided }) => voided)) {
              expect(period.breaches.find((each) => each.id === id)?.voided).toBeDefined();
            }
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  function requireLegal(period: ReflectionPeriod, version: number): void {
    expect(period.version).toBe(version);
    expect(period.lastDay).toBe(addDays(period.from, 30));
    const { on = period.from } = period.ended ?? {};
    expect(period.from <= on && on <= period.lastDay).toBe(true);
    expect(new Set(period.breaches.map(({ id }) => id)).size).toBe(period.breaches.length);
    const illegal = period.breaches.filter(
      ({ takenOn, remediedOn }: Breach) =>
        takenOn < period.from ||
        takenOn > period.lastDay ||
        (remediedOn !== undefined && remediedOn < takenOn),
    );
    expect(illegal).toEqual([]);
    expect(protectedUntil(period) <= period.lastDay).toBe(true);
  }

  it('is drawn: from every state that the picture has', () => {
    expect(stateDiagram(PERIOD_MACHINE).split('\n')).toEqual(
      expect.arrayContaining([
        '  [*] --> running: open',
        '  running --> ended_early: end',
        '  running --> running_breached: report-breach',
        '  running_breached --> running: remedy',
      ]),
    );
  });
});
