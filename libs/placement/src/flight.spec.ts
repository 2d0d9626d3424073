import fc from 'fast-check';
import { decideFlight, evolveFlight, type FlightCommand, isOverdue, isReportedLate } from './flight';
import { after, refusal, walk } from './machines.test';

const machine = { decide: decideFlight, evolve: evolveFlight };
const at = (time: string) => new Date(`2026-03-10T${time}:00Z`);
const GONE = at('03:00');
const notice: FlightCommand = { type: 'notice', at: GONE };
const report = (time: string): FlightCommand => ({ type: 'report', noticedAt: GONE, at: at(time) });
const find: FlightCommand = { type: 'find', at: at('09:00') };
const back: FlightCommand = { type: 'return', at: at('03:30') };
const mark: FlightCommand = { type: 'mark-place-known' };
const flight = (...commands: FlightCommand[]) => {
  const state = after(machine, commands);
  if (!state) throw new Error('there is one');
  return state;
};

describe('a flight', () => {
  it('is reported in one call, noted before or not', () => {
    expect(flight(report('03:10'))).toMatchObject({
      state: 'reported',
      noticedAt: GONE,
      reportedAt: at('03:10'),
    });
    expect(flight(notice, { type: 'report', noticedAt: at('03:20'), at: at('03:20') })).toMatchObject({
      state: 'reported',
      noticedAt: GONE,
    });
    expect(() => flight(report('03:10'), report('03:20'))).toThrow(refusal('flight-reported'));
    expect(() => flight(report('02:59'))).toThrow(refusal('time-in-the-future'));
  });

  it('is overdue an hour after somebody noticed it, until it is reported, late', () => {
    expect(isOverdue(flight(notice), at('03:59'))).toBe(false);
    expect(isOverdue(flight(notice), at('04:00'))).toBe(true);
    expect(isOverdue(flight(notice, report('04:30')), at('05:00'))).toBe(false);
    expect(isOverdue(flight(notice, back), at('05:00'))).toBe(false);
    expect([report('03:59'), report('04:00')].map((each) => isReportedLate(flight(each)))).toEqual([
      false,
      true,
    ]);
  });

  it('ends where the child is found, or back before anybody was told', () => {
    expect(flight(report('03:10'), find)).toMatchObject({ state: 'found', endedAt: at('09:00') });
    expect(flight(notice, back)).toMatchObject({ state: 'back' });
    expect(() => flight(report('03:10'), back)).toThrow(refusal('flight-reported'));
    expect(() => flight(notice, find)).toThrow(refusal('flight-not-reported'));
    expect(() => flight(report('03:10'), { type: 'find', at: at('02:00') })).toThrow(
      refusal('time-before-flight'),
    );
    expect(() => flight(report('03:10'), find, find)).toThrow(refusal('flight-over'));
    expect(flight(report('03:10'), { type: 'void' })).toMatchObject({ state: 'voided' });
  });

  it('is none of an adult, and ends when the child comes of age (R17)', () => {
    expect(() => flight({ ...notice, majorAt: GONE })).toThrow(refusal('adult-leaves'));
    expect(() => flight({ type: 'report', noticedAt: GONE, at: GONE, majorAt: GONE })).toThrow(
      refusal('adult-leaves'),
    );
    // Nobody knows the age: a minor's (R15).
    expect(flight(notice)).toMatchObject({ state: 'noticed' });
    const turn = (time: string): FlightCommand => ({
      type: 'turn-adult',
      at: at(time),
      majorAt: at('12:00'),
    });
    expect(flight(report('03:10'), turn('12:00'))).toMatchObject({ state: 'adult' });
    expect(() => flight(report('03:10'), turn('11:59'))).toThrow(refusal('not-adult-yet'));
  });

  it('marks the place as known to the network at any time, and so it stays', () => {
    expect(flight(notice, mark, report('03:10'), find)).toMatchObject({ placeKnown: true });
    expect(flight(report('03:10'), find, mark)).toMatchObject({ placeKnown: true, state: 'found' });
    expect(() => flight(notice, mark, mark)).toThrow(refusal('place-known-already'));
    expect(() => flight(mark)).toThrow(refusal('flight-not-found'));
  });

  const command = fc.constantFrom<FlightCommand>(
    notice,
    report('03:10'),
    report('05:00'),
    find,
    back,
    mark,
    { type: 'turn-adult', at: at('12:00'), majorAt: at('12:00') },
    { type: 'void' },
  );

  it('forgets neither when it was noticed nor that the place is known, and does not begin again', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 15 }), (commands) => {
        for (const { before, now } of walk(machine, commands)) {
          expect(now.version).toBe((before?.version ?? 0) + 1);
          if (!before) continue;
          expect(now.noticedAt).toEqual(before.noticedAt);
          if (before.placeKnown) expect(now.placeKnown).toBe(true);
          if (before.reportedAt) expect(now.reportedAt).toEqual(before.reportedAt);
          if (!['noticed', 'reported'].includes(before.state)) expect(now.state).toBe(before.state);
          expect(now.state === 'found' ? now.reportedAt : GONE).toBeDefined();
        }
      }),
    );
  });
});
