import fc from 'fast-check';
import { EPOCH, arrival, applied, at, WHOLE } from './arrivals.test';
import { type KnownEvent, planArrivals, type PlannedStream } from './ordering';

describe('planArrivals, whatever comes', () => {
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
