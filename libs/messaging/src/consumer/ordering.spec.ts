import fc from 'fast-check';
import { type Arrival, planArrivals, type PlannedStream, type StreamState } from './ordering';

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

const outcomes = (arrivals: Arrival[], state?: StreamState, known: string[] = []) => {
  const plan = planArrivals(arrivals, new Set(known), new Map(state ? [['police-75/a', state]] : []));
  return plan.steps.map(({ arrival: { sequence }, outcome }) => `${sequence} ${outcome}`);
};

const at = (upTo: number, overrides: Partial<StreamState> = {}): StreamState => ({
  epoch: EPOCH,
  upTo,
  appliedBeyond: [],
  parked: [],
  ...overrides,
});

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
      new Set(),
      new Map(),
    );
    expect(plan.steps.map(({ arrival: { stream }, outcome }) => `${stream} ${outcome}`)).toEqual([
      'police-75/a park',
      'police-75/a wait',
      'police-75/b apply',
    ]);
    expect(plan.streams.get('police-75/a')).toEqual({ epoch: EPOCH, upTo: 0, unfinished: 2 });
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
      new Set(),
      new Map([['police-75/a', at(1, { appliedBeyond: [3] })]]),
    );
    expect(filled.streams.get('police-75/a')).toEqual({ epoch: EPOCH, upTo: 3, unfinished: 0 });
  });

  it('settles the number of a parked record that nothing waits for', () => {
    const parked = arrival(2, { ordering: 'arrival', refused: true });
    const plan = planArrivals(
      [parked, arrival(3, { ordering: 'arrival' })],
      new Set(),
      new Map([['police-75/a', at(1)]]),
    );
    expect(plan.steps.map(({ outcome }) => outcome)).toEqual(['park', 'apply']);
    expect(plan.streams.get('police-75/a')).toEqual({ epoch: EPOCH, upTo: 3, unfinished: 0 });
  });

  it('applies nothing twice: known ids are repeats, a taken number under another id is a conflict', () => {
    expect(outcomes([arrival(1)], at(1), ['police-75/a-1'])).toEqual(['1 repeat']);
    expect(outcomes([arrival(1), arrival(1)])).toEqual(['1 repeat', '1 apply']);
    expect(outcomes([arrival(1, { key: 'police-75/other' })], at(1))).toEqual(['1 conflict']);
  });

  it('counts from 1 again under a later epoch, and drops what an ended one numbered', () => {
    expect(outcomes([arrival(1, { epoch: LATER_EPOCH })], at(7))).toEqual(['1 apply']);
    expect(outcomes([arrival(8)], at(1, { epoch: LATER_EPOCH }))).toEqual(['8 drop']);
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
        const applied: number[] = [];
        let stream: PlannedStream = { epoch: EPOCH, upTo: 0, unfinished: 0 };
        const feed = [...repeats, ...order];
        for (let start = 0; start < feed.length; start += batchSize) {
          const waiting = [...inbox].filter(([, state]) => state === 'waiting');
          const stored = waiting.map(([key]) => arrival(Number(key.split('-').at(-1)), { stored: true }));
          const storedKeys = new Set(waiting.map(([key]) => key));
          const fresh = feed
            .slice(start, start + batchSize)
            .map((sequence) => arrival(sequence))
            .filter(({ key }) => !storedKeys.has(key));
          const known = new Set([...inbox].flatMap(([key, state]) => (state === 'applied' ? [key] : [])));
          const plan = planArrivals(
            [...stored, ...fresh],
            known,
            new Map([['police-75/a', at(stream.upTo, { epoch: stream.epoch })]]),
          );
          for (const { arrival: planned, outcome } of plan.steps) {
            if (outcome === 'apply') {
              applied.push(planned.sequence ?? 0);
              inbox.set(planned.key, 'applied');
            } else if (outcome === 'wait') inbox.set(planned.key, 'waiting');
          }
          stream = plan.streams.get('police-75/a') ?? stream;
        }
        expect(applied).toEqual(Array.from({ length }, (_, index) => index + 1));
        expect(stream).toEqual({ epoch: EPOCH, upTo: length, unfinished: 0 });
      }),
      { numRuns: 500 },
    );
  });
});
