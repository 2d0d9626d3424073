import fc from 'fast-check';
import { type Beds, type BedsCommand, decideBeds, evolveBeds, freeBeds } from './beds';
import { after, refusal, walk } from './machines.test';

const machine = { decide: decideBeds, evolve: evolveBeds };
const AT = new Date('2026-03-10T09:00:00Z');
const UNTIL = new Date('2026-03-10T12:00:00Z');
const declare = (capacity: number): BedsCommand => ({ type: 'declare', capacity });
const hold = (offer: string, beds = 1): BedsCommand => ({ type: 'hold', offer, beds, until: UNTIL });
const accept = (offer: string, at = AT): BedsCommand => ({ type: 'accept', offer, at });
const of = (type: 'admit' | 'release' | 'leave', offer: string): BedsCommand => ({ type, offer });
const beds = (...commands: BedsCommand[]) => after(machine, commands);
const free = (...commands: BedsCommand[]) => {
  const state = beds(...commands);
  return state && freeBeds(state);
};

describe('the beds of a place', () => {
  it('give the last one to one of two requests, and say so to the other', () => {
    const taken = beds(declare(1), hold('first'));
    expect(decideBeds(taken, hold('second'))).toEqual({ type: 'refused', offer: 'second' });
    expect(beds(declare(1), hold('first'), hold('second'))?.stands.map(({ offer }) => offer)).toEqual([
      'first',
    ]);
  });

  it('hold siblings together or not at all', () => {
    expect(free(declare(2), hold('one'), hold('siblings', 2))).toBe(1);
    expect(free(declare(3), hold('one'), hold('siblings', 2))).toBe(0);
  });

  it('are free again when the shelter declines, the ASE withdraws or the child leaves', () => {
    expect(free(declare(1), hold('o'), of('release', 'o'))).toBe(1);
    expect(free(declare(1), hold('o'), accept('o'), of('release', 'o'))).toBe(1);
    expect(free(declare(1), hold('o'), accept('o'), of('admit', 'o'), of('leave', 'o'))).toBe(1);
  });

  it('put no child out: not for a late withdrawal, not for fewer beds', () => {
    const admitted = [declare(2), hold('o', 2), accept('o'), of('admit', 'o')];
    expect(() => beds(...admitted, of('release', 'o'))).toThrow(refusal('somebody-admitted'));
    expect(beds(...admitted, declare(1))).toMatchObject({ capacity: 1, stands: [{ offer: 'o', beds: 2 }] });
    expect(free(...admitted, declare(1))).toBe(0);
    expect(() => beds(declare(1), hold('o'), of('leave', 'o'))).toThrow(refusal('nobody-admitted'));
  });

  it('are held for a time: at its end nobody accepts any more, and they are free', () => {
    const held = beds(declare(1), hold('o'));
    const lapse = (at: Date): BedsCommand => ({ type: 'lapse', offer: 'o', at });
    expect(() => decideBeds(held, accept('o', UNTIL))).toThrow(refusal('hold-lapsed'));
    expect(() => decideBeds(held, lapse(AT))).toThrow(refusal('hold-runs'));
    expect(free(declare(1), hold('o'), lapse(UNTIL))).toBe(1);
    expect(() => beds(declare(1), hold('o'), accept('o'), lapse(UNTIL))).toThrow(refusal('hold-runs'));
  });

  it('answer an offer once, and admit whom they accepted', () => {
    expect(() => beds(declare(1), hold('o'), hold('o'))).toThrow(refusal('offer-exists'));
    expect(() => beds(declare(1), hold('o'), accept('o'), accept('o'))).toThrow(refusal('offer-answered'));
    expect(() => beds(declare(1), hold('o'), of('admit', 'o'))).toThrow(refusal('offer-not-accepted'));
    expect(() => beds(declare(1), accept('o'))).toThrow(refusal('offer-not-found'));
    expect(() => beds(hold('o'))).toThrow(refusal('place-not-found'));
    expect(() => beds(declare(-1))).toThrow(refusal('capacity-impossible'));
  });

  const offer = fc.constantFrom('a', 'b', 'c', 'd');
  const command: fc.Arbitrary<BedsCommand> = fc.oneof(
    fc.nat({ max: 3 }).map(declare),
    fc.tuple(offer, fc.integer({ min: 1, max: 3 })).map(([each, count]) => hold(each, count)),
    fc.tuple(offer, fc.constantFrom(AT, UNTIL)).map(([each, at]) => accept(each, at)),
    fc
      .tuple(offer, fc.constantFrom(AT, UNTIL))
      .map(([each, at]) => ({ type: 'lapse' as const, offer: each, at })),
    fc
      .tuple(fc.constantFrom('admit' as const, 'release' as const, 'leave' as const), offer)
      .map(([type, each]) => of(type, each)),
  );
  const taken = ({ stands }: Beds) => stands.reduce((sum, stand) => sum + stand.beds, 0);

  it('are never given twice, whoever asks in whatever order', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 30 }), (commands) => {
        for (const {
          before,
          command: { type },
          now,
        } of walk(machine, [declare(2), ...commands])) {
          expect(now.version).toBe((before?.version ?? 0) + 1);
          expect(new Set(now.stands.map((stand) => stand.offer)).size).toBe(now.stands.length);
          // More than there are only because fewer were declared afterwards.
          if (type === 'hold' && before && taken(now) > taken(before)) {
            expect(taken(now)).toBeLessThanOrEqual(now.capacity);
          }
          const admitted = ({ stands }: Beds) => stands.filter(({ state }) => state === 'admitted').length;
          if (before && admitted(now) < admitted(before)) expect(type).toBe('leave');
        }
      }),
    );
  });
});
