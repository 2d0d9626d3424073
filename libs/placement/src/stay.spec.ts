import fc from 'fast-check';
import { after, refusal, walk } from './machines.test';
import {
  daysLeft,
  decideStay,
  evolveStay,
  FAMILY_PARTS,
  INVOLVEMENTS,
  STAY_ENDS,
  type StayCommand,
} from './stay';

const machine = { decide: decideStay, evolve: evolveStay };
const admit: StayCommand = { type: 'admit', today: '2026-03-10', from: '2026-03-10', secure: true };
const ordinary: StayCommand = { ...admit, secure: false };
const renew: StayCommand = { type: 'renew', today: '2026-06-01' };
const end: StayCommand = { type: 'end', today: '2026-05-02', reason: 'ordinary-protection' };
const stay = (...commands: StayCommand[]) => after(machine, commands);
const left = (today: string, ...commands: StayCommand[]) => {
  const state = stay(...commands);
  return state && daysLeft(state, today);
};

describe('a stay', () => {
  it('lasts three months in a secure place, and three more once (R27)', () => {
    expect(stay(admit)).toMatchObject({ lastDay: '2026-06-09' });
    expect(stay(admit, renew)).toMatchObject({ lastDay: '2026-09-09', renewals: 1 });
    expect(() => stay(admit, renew, renew)).toThrow(refusal('stay-renewed-once'));
    // As long whenever it is renewed, and at the end of a month.
    expect(stay({ ...admit, today: '2026-11-30', from: '2026-11-30' })).toMatchObject({
      lastDay: '2027-02-27',
    });
    expect(stay(admit, { ...renew, today: '2026-07-01' })).toMatchObject({ lastDay: '2026-09-09' });
  });

  it('has no term elsewhere', () => {
    expect(stay(ordinary)).not.toHaveProperty('lastDay');
    expect(() => stay(ordinary, renew)).toThrow(refusal('stay-has-no-term'));
    expect(left('2030-01-01', ordinary)).toBeUndefined();
  });

  it('announces its end for thirty days, and goes on saying so when it is over', () => {
    expect(left('2026-05-09', admit)).toBeUndefined();
    expect(left('2026-05-10', admit)).toBe(30);
    expect(left('2026-06-09', admit)).toBe(0);
    expect(left('2026-06-12', admit)).toBe(-3);
    expect(left('2026-06-12', admit, renew)).toBeUndefined();
    expect(left('2026-06-12', admit, end)).toBeUndefined();
  });

  it('entrusts a third party with the child only after the check', () => {
    const entrust = (thirdParty: (typeof INVOLVEMENTS)[number]): StayCommand => ({
      type: 'entrust',
      today: '2026-05-02',
      thirdParty,
    });
    expect(stay(admit, entrust('not-involved'))).toMatchObject({
      ended: { on: '2026-05-02', reason: 'trusted-third-party' },
    });
    expect(() => stay(admit, entrust('unchecked'))).toThrow(refusal('relative-unchecked'));
    expect(() => stay(admit, entrust('involved'))).toThrow(refusal('relative-involved'));
  });

  it.each(FAMILY_PARTS)(
    'lets no relative who is involved, or whom nobody has checked, have a part in: %s',
    (part) => {
      const allow = (relative: (typeof INVOLVEMENTS)[number]): StayCommand => ({
        type: 'allow-family',
        part,
        relative,
      });
      expect(stay(admit, allow('not-involved'))).toMatchObject({ version: 2 });
      expect(() => stay(admit, allow('unchecked'))).toThrow(refusal('relative-unchecked'));
      expect(() => stay(admit, allow('involved'))).toThrow(refusal('relative-involved'));
    },
  );

  it('begins once, not tomorrow, and ends once', () => {
    expect(() => stay(admit, admit)).toThrow(refusal('stay-exists'));
    expect(() => stay({ ...admit, from: '2026-03-11' })).toThrow(refusal('day-in-the-future'));
    expect(() => stay(renew)).toThrow(refusal('stay-not-found'));
    for (const each of [end, renew]) expect(() => stay(admit, end, each)).toThrow(refusal('stay-over'));
  });

  it('of age is admitted and entrusted by nobody, stays on with their agreement, and decides alone (R17)', () => {
    const age = 'adult';
    expect(() => stay({ ...admit, age })).toThrow(refusal('stay-of-adult'));
    expect(() => stay(admit, { ...renew, age })).toThrow(refusal('adult-must-agree'));
    expect(() => stay(admit, { ...renew, age, agrees: false })).toThrow(refusal('adult-must-agree'));
    expect(stay(admit, { ...renew, age, agrees: true })).toMatchObject({ renewals: 1 });
    const cleared = { relative: 'not-involved', age } as const;
    for (const part of ['consent', 'access', 'erasure'] as const) {
      expect(() => stay(admit, { type: 'allow-family', part, ...cleared })).toThrow(refusal('adult-decides'));
    }
    expect(stay(admit, { type: 'allow-family', part: 'visit', ...cleared })).toMatchObject({ version: 2 });
    const entrust = { type: 'entrust', today: '2026-05-02', thirdParty: 'not-involved', age } as const;
    expect(() => stay(admit, entrust)).toThrow(refusal('adult-decides'));
    const leave = { ...end, reason: 'adult' } as const;
    expect(stay(admit, { ...leave, age })).toMatchObject({ ended: { reason: 'adult' } });
    expect(() => stay(admit, { ...leave, age: 'minor' })).toThrow(refusal('stay-of-minor'));
  });

  const command: fc.Arbitrary<StayCommand> = fc.oneof(
    fc.constantFrom(admit, ordinary, renew, end),
    fc
      .constantFrom(...INVOLVEMENTS)
      .map((thirdParty) => ({ type: 'entrust', today: '2026-05-02', thirdParty }) as const),
    fc
      .tuple(fc.constantFrom(...FAMILY_PARTS), fc.constantFrom(...INVOLVEMENTS))
      .map(([part, relative]) => ({ type: 'allow-family', part, relative }) as const),
  );

  it('is never longer than six months in a secure place, and never given to whom nobody cleared', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 15 }), (commands) => {
        for (const { before, command: done, now } of walk(machine, commands)) {
          expect(now.version).toBe((before?.version ?? 0) + 1);
          expect(before?.ended).toBeUndefined();
          expect((now.lastDay ?? '') <= '2026-09-09').toBe(true);
          if (done.type === 'entrust') expect(done.thirdParty).toBe('not-involved');
          if (done.type === 'allow-family') expect(done.relative).toBe('not-involved');
          if (now.ended) expect(STAY_ENDS).toContain(now.ended.reason);
        }
      }),
    );
  });
});
