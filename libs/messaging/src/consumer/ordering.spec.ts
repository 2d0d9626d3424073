import fc from 'fast-check';
import {
  type Arrival,
  type KnownEvent,
  planArrivals,
  type PlannedStream,
  type StreamState,
} from './ordering';

const EPOCH = '01920000-0000-7000-8000-000000000001';
const LATER_EPOCH = '01920000-0000-7000-8000-000000000002';

function arrival(sequence: number, overrides: Partial<Arrival> = {}): Arrival {
  return {
    key: `police-75/${overrides.stream ?? 'a'}-${sequence}`,
    stream: 'police-75/a',
    epoch: EPOCH,
    sequence,
    ordering: 'case',
    refused: false,
    stored: false,
    ...overrides,
  };
}

const applied = (...keys: string[]): Map<string, KnownEvent> =>
  new Map(keys.map((key) => [key, { state: 'applied', epoch: EPOCH }]));

const outcomes = (arrivals: Arrival[], state?: StreamState, known = applied()) => {
  const plan = planArrivals(arrivals, known, new Map(state ? [['police-75/a', state]] : []));
  return plan.steps.map(({ arrival: { sequence }, outcome }) => `${sequence} ${outcome}`);
};

const at = (upTo: number, overrides: Partial<StreamState> = {}): StreamState => ({
  epoch: EPOCH,
  upTo,
  appliedBeyond: [],
  parked: [],
  ...overrides,
});

const WHOLE: PlannedStream = { epoch: EPOCH, upTo: 0, unfinished: 0, highest: 0, hole: false };

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

  it('whatever the order of arrival, the batches and the repeats, applies each event once and in order', () => {
    const deliveries = fc.integer({ min: 1, max: 12 }).chain((length) =>
      fc.tuple(
        fc.constant(length),
        fc.array(fc.integer({ min: 1, max: length }), { maxLength: 20 }),
        fc.shuffledSubarray(
          Array.from({ length }, (_, index) => index + 1),
          { minLength: length },
        ),
        fc.integer({ min: 1, max: 5 }),
      ),
    );
    fc.assert(
      fc.property(deliveries, ([length, repeats, order, batchSize]) => {
        const inbox = new Map<string, 'applied' | 'waiting'>();
        const done: number[] = [];
        let stream: PlannedStream = WHOLE;
        const feed = [...repeats, ...order];
        for (let start = 0; start < feed.length; start += batchSize) {
          const waiting = [...inbox].filter(([, state]) => state === 'waiting');
          const stored = waiting.map(([key]) => arrival(Number(key.split('-').at(-1)), { stored: true }));
          const storedKeys = new Set(waiting.map(([key]) => key));
          const fresh = feed
            .slice(start, start + batchSize)
            .map((sequence) => arrival(sequence))
            .filter(({ key }) => !storedKeys.has(key));
          const known = applied(...[...inbox].flatMap(([key, state]) => (state === 'applied' ? [key] : [])));
          const plan = planArrivals(
            [...stored, ...fresh],
            known,
            new Map([['police-75/a', at(stream.upTo, { epoch: stream.epoch })]]),
          );
          for (const { arrival: planned, outcome } of plan.steps) {
            if (outcome === 'apply') {
              done.push(planned.sequence ?? 0);
              inbox.set(planned.key, 'applied');
            } else if (outcome === 'wait') inbox.set(planned.key, 'waiting');
          }
          stream = plan.streams.get('police-75/a') ?? stream;
        }
        expect(done).toEqual(Array.from({ length }, (_, index) => index + 1));
        expect(stream).toEqual({ ...WHOLE, upTo: length, highest: length });
      }),
      { numRuns: 500 },
    );
  });

  it('with voids at any moment: each event is applied once, in order, or voided, and never after its void', () => {
    const scenario = fc.integer({ min: 1, max: 8 }).chain((length) => {
      const all = Array.from({ length }, (_, index) => index + 1);
      return fc.record({
        length: fc.constant(length),
        voided: fc.subarray(all),
        feed: fc.array(fc.record({ sequence: fc.constantFrom(...all), isVoid: fc.boolean() }), {
          maxLength: 30,
        }),
        batchSize: fc.integer({ min: 1, max: 5 }),
      });
    });
    fc.assert(
      fc.property(scenario, ({ length, voided, feed, batchSize }) => {
        const inbox = new Map<string, KnownEvent>();
        const done: string[] = [];
        let stream: PlannedStream = WHOLE;
        const make = (sequence: number, isVoid: boolean, stored = false) =>
          isVoid
            ? arrival(sequence, {
                key: `police-75/void-${sequence}`,
                ordering: 'arrival',
                voids: { key: `police-75/a-${sequence}`, disclosure: 'd' },
              })
            : arrival(sequence, { stored, disclosure: 'd' });
        const all = Array.from({ length }, (_, index) => index + 1);
        // Whatever was lost comes again in the end: what is voided as its void, the rest as itself.
        const whole = [
          ...feed.filter(({ sequence, isVoid }) => !isVoid || voided.includes(sequence)),
          ...all.map((sequence) => ({ sequence, isVoid: voided.includes(sequence) })).reverse(),
        ];
        for (let start = 0; start < whole.length; start += batchSize) {
          const stored = [...inbox]
            .filter(([, { state }]) => state === 'waiting')
            .map(([, { sequence = 0 }]) => make(sequence, false, true));
          const fresh = whole
            .slice(start, start + batchSize)
            .map(({ sequence, isVoid }) => make(sequence, isVoid));
          const beyond = (state: string) =>
            [...inbox.values()].flatMap((row) =>
              row.state === state && (row.sequence ?? 0) > stream.upTo ? [row.sequence ?? 0] : [],
            );
          const plan = planArrivals(
            [...stored, ...fresh],
            inbox,
            new Map([
              [
                'police-75/a',
                at(stream.upTo, {
                  appliedBeyond: beyond('applied'),
                  highest: stream.hole ? stream.highest : 0,
                }),
              ],
            ]),
          );
          for (const { arrival: planned, outcome } of plan.steps) {
            const row = { epoch: EPOCH, sequence: planned.sequence, disclosure: planned.disclosure };
            if (outcome === 'apply') {
              done.push(`apply ${planned.sequence}`);
              inbox.set(planned.key, { ...row, state: 'applied' });
            } else if (outcome === 'wait') inbox.set(planned.key, { ...row, state: 'waiting' });
            else if (outcome === 'drop') inbox.set(planned.key, { ...row, state: 'dropped' });
            else if (outcome === 'void') {
              done.push(`void ${planned.sequence}`);
              const target = planned.voids?.key ?? '';
              const before = inbox.get(target);
              inbox.set(planned.key, { ...row, state: 'applied' });
              inbox.set(target, { ...row, state: before?.state === 'applied' ? 'revoked' : 'dropped' });
            } else expect(outcome).toBe('repeat');
          }
          stream = plan.streams.get('police-75/a') ?? stream;
        }
        const applications = done.filter((step) => step.startsWith('apply'));
        expect(new Set(applications).size).toBe(applications.length);
        expect(applications).toEqual(
          [...applications].sort((a, b) => Number(a.slice(6)) - Number(b.slice(6))),
        );
        for (const sequence of all) {
          const own = done.filter((step) => step.endsWith(` ${sequence}`));
          const expected = voided.includes(sequence)
            ? [[`void ${sequence}`], [`apply ${sequence}`, `void ${sequence}`]]
            : [[`apply ${sequence}`]];
          expect(expected).toContainEqual(own);
        }
        expect(stream).toMatchObject({ upTo: length, unfinished: 0, hole: false });
      }),
      { numRuns: 1000 },
    );
  });
});
