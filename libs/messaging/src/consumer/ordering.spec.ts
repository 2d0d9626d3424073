import { EPOCH, LATER_EPOCH, arrival, applied, outcomes, at, WHOLE } from './arrivals.test';
import { type Arrival, type KnownEvent, planArrivals, type StreamState } from './ordering';

describe('planArrivals', () => {
  it('applies what is next, and everything that it releases', () => {
    expect(outcomes([arrival(1), arrival(2)])).toEqual(['1 apply', '2 apply']);
    expect(outcomes([arrival(3, { stored: true }), arrival(2)], at(1))).toEqual(['2 apply', '3 apply']);
  });

  it('makes later events of a case wait for a hole', () => {
    expect(outcomes([arrival(2), arrival(4)], at(1))).toEqual(['2 apply', '4 wait']);
  });

  it('parks what was refused, and lets only that case wait behind it', () => {
    const other = { stream: 'police-75/b' };
    const plan = planArrivals(
      [arrival(1, { refused: true }), arrival(2), arrival(1, other)],
      new Map(),
      new Map(),
    );
    expect(plan.steps.map(({ arrival: { stream }, outcome }) => `${stream} ${outcome}`)).toEqual([
      'police-75/a park',
      'police-75/a wait',
      'police-75/b apply',
    ]);
    expect(plan.streams.get('police-75/a')).toEqual({
      epoch: EPOCH,
      upTo: 0,
      unfinished: 2,
      highest: 2,
      hole: false,
    });
  });

  it('goes on behind what is settled, which takes its place once and is not applied', () => {
    const settled = { settled: true, stored: true };
    expect(outcomes([arrival(2, settled), arrival(3, { stored: true })], at(1))).toEqual([
      '2 drop',
      '3 apply',
    ]);
    expect(outcomes([arrival(3, settled), arrival(4, { stored: true })], at(1))).toEqual([
      '3 drop',
      '4 wait',
    ]);
    expect(outcomes([arrival(1, settled), arrival(2)], at(1))).toEqual(['1 drop', '2 apply']);
  });

  it('applies what must not wait on arrival, and counts its place when the hole is filled', () => {
    const urgent = arrival(3, { ordering: 'arrival' });
    expect(outcomes([urgent], at(1))).toEqual(['3 apply']);
    const filled = planArrivals(
      [arrival(2)],
      new Map(),
      new Map([['police-75/a', at(1, { appliedBeyond: [3] })]]),
    );
    expect(filled.streams.get('police-75/a')).toEqual({ ...WHOLE, upTo: 3, highest: 3 });
  });

  it('settles the number of a parked record that nothing waits for', () => {
    const parked = arrival(2, { ordering: 'arrival', refused: true });
    const plan = planArrivals(
      [parked, arrival(3, { ordering: 'arrival' })],
      new Map(),
      new Map([['police-75/a', at(1)]]),
    );
    expect(plan.steps.map(({ outcome }) => outcome)).toEqual(['park', 'apply']);
    expect(plan.streams.get('police-75/a')).toEqual({ ...WHOLE, upTo: 3, highest: 3 });
  });

  it('applies nothing twice: known ids are repeats, a taken number under another id is a conflict', () => {
    expect(outcomes([arrival(1)], at(1), applied('police-75/a-1'))).toEqual(['1 repeat']);
    expect(outcomes([arrival(1), arrival(1)])).toEqual(['1 repeat', '1 apply']);
    expect(outcomes([arrival(1, { key: 'police-75/other' })], at(1))).toEqual(['1 conflict']);
  });

  it('notices a hole, remembers how far it reaches, and is whole when it is filled', () => {
    const holed = planArrivals([arrival(4)], new Map(), new Map([['police-75/a', at(1)]]));
    expect(holed.streams.get('police-75/a')).toMatchObject({ highest: 4, hole: true, unfinished: 1 });
    const filled = planArrivals(
      [arrival(2), arrival(3), arrival(4, { stored: true })],
      new Map(),
      new Map([['police-75/a', at(1, { highest: 4 })]]),
    );
    expect(filled.streams.get('police-75/a')).toMatchObject({ upTo: 4, hole: false });
    const behindParked = planArrivals(
      [arrival(3)],
      new Map(),
      new Map([['police-75/a', at(1, { parked: [2] })]]),
    );
    expect(behindParked.streams.get('police-75/a')).toMatchObject({ hole: false, unfinished: 2 });
  });

  it('keeps a bounded number of events waiting, and knows that the others exist', () => {
    const plan = planArrivals([arrival(3), arrival(4), arrival(5)], new Map(), new Map(), 2);
    expect(plan.steps.map(({ outcome }) => outcome)).toEqual(['wait', 'wait', 'defer']);
    expect(plan.streams.get('police-75/a')).toMatchObject({ highest: 5, hole: true });
  });

  it('tells an event which later ones were applied before it', () => {
    const plan = planArrivals(
      [arrival(2)],
      new Map(),
      new Map([['police-75/a', at(1, { appliedBeyond: [3, 5] })]]),
    );
    expect(plan.steps).toMatchObject([{ outcome: 'apply', overtakenBy: [3, 5] }]);
  });

  describe('a void', () => {
    const voidOf = (sequence: number, overrides: Partial<Arrival> = {}) =>
      arrival(sequence, {
        key: `police-75/void-${sequence}`,
        ordering: 'arrival',
        voids: { key: `police-75/a-${sequence}`, disclosure: 'd' },
        ...overrides,
      });
    const known = (state: KnownEvent['state'], overrides: Partial<KnownEvent> = {}) =>
      new Map([['police-75/a-2', { state, epoch: EPOCH, sequence: 2, disclosure: 'd', ...overrides }]]);
    const steps = (arrivals: Arrival[], state?: StreamState, rows = new Map<string, KnownEvent>()) =>
      planArrivals(arrivals, rows, new Map(state ? [['police-75/a', state]] : [])).steps.map(
        ({ arrival: { key }, outcome, found }) =>
          [key.slice(10), outcome, ...(found ? [found] : [])].join(' '),
      );

    it('fills the place of what never came, and lets the case go on', () => {
      expect(steps([voidOf(2), arrival(3, { stored: true })], at(1))).toEqual([
        'void-2 void never-seen',
        'a-3 apply',
      ]);
    });

    it('comes before the original of the same batch, whichever came first', () => {
      for (const batch of [
        [arrival(2, { disclosure: 'd' }), voidOf(2)],
        [voidOf(2), arrival(2, { disclosure: 'd' })],
      ]) {
        expect(steps(batch, at(1))).toEqual(['void-2 void dropped', 'a-2 drop']);
      }
    });

    it('drops what waits or is parked, and revokes what was applied', () => {
      expect(steps([voidOf(2)], at(1, { parked: [2] }), known('parked'))).toEqual(['void-2 void dropped']);
      expect(
        steps([voidOf(2), arrival(3, { stored: true })], at(1, { parked: [2] }), known('parked')),
      ).toEqual(['void-2 void dropped', 'a-3 apply']);
      expect(steps([voidOf(2)], at(2), known('applied'))).toEqual(['void-2 void revoked']);
      expect(steps([voidOf(2, { epoch: EPOCH })], at(1, { epoch: LATER_EPOCH }), known('applied'))).toEqual([
        'void-2 void revoked',
      ]);
    });

    it('is an incident where another id has the place, or another disclosure or place was named', () => {
      expect(steps([voidOf(2)], at(2))).toEqual(['void-2 conflict']);
      expect(steps([voidOf(2)], at(2), known('applied', { disclosure: 'other' }))).toEqual([
        'void-2 conflict',
      ]);
      expect(steps([voidOf(2)], at(2), known('applied', { sequence: 1 }))).toEqual(['void-2 conflict']);
    });
  });

  describe('a newer epoch of the sender', () => {
    const later = (sequence: number, overrides: Partial<Arrival> = {}) =>
      arrival(sequence, { key: `police-75/new-${sequence}`, epoch: LATER_EPOCH, ...overrides });

    it('counts from 1 again', () => {
      expect(outcomes([later(1)], at(7))).toEqual(['1 apply']);
    });

    it('fills the number of a known id and applies nothing twice', () => {
      const again = later(1, { key: 'police-75/a-7' });
      expect(outcomes([again, later(2)], at(7), applied('police-75/a-7'))).toEqual(['1 fill', '2 apply']);
    });

    it('makes a case wait behind a known id that is parked, as before', () => {
      const rows = new Map<string, KnownEvent>([['police-75/a-7', { state: 'parked', epoch: EPOCH }]]);
      expect(outcomes([later(1, { key: 'police-75/a-7' }), later(2)], at(6), rows)).toEqual([
        '1 fill',
        '2 wait',
      ]);
    });

    it('parks what still waits under the ended one, unless it comes again', () => {
      const waiting = arrival(9, { stored: true });
      expect(outcomes([waiting, later(1)], at(7))).toEqual(['1 apply', '9 park']);
      expect(outcomes([waiting, later(1, { key: waiting.key })], at(7))).toEqual(['1 apply']);
      const parked = new Map<string, KnownEvent>([
        [waiting.key, { state: 'parked', epoch: EPOCH, superseded: true }],
      ]);
      expect(outcomes([later(1, { key: waiting.key })], at(0, { epoch: LATER_EPOCH }), parked)).toEqual([
        '1 apply',
      ]);
    });

    it('keeps what the ended one numbered: for people, or applied where nothing waits for it', () => {
      const current = at(1, { epoch: LATER_EPOCH });
      expect(outcomes([arrival(8)], current)).toEqual(['8 park']);
      expect(outcomes([arrival(8, { ordering: 'arrival' })], current)).toEqual(['8 apply']);
    });
  });
});
