import fc from 'fast-check';
import { describeFault, type FaultKind, FAULTS, planRound, victimsOf } from './plan';

const services = ['police', 'prefecture', 'audit-log'];
const kinds = fc.subarray<FaultKind>([...FAULTS], { minLength: 1 });
const options = fc.record({
  services: fc.constant(services),
  brokers: fc.constantFrom(1, 3),
  faults: kinds,
});
const seed = fc.nat({ max: 2 ** 32 - 1 });
const round = fc.integer({ min: 1, max: 10_000 });

test('a plan is decided by its seed, round and options alone', () => {
  fc.assert(
    fc.property(seed, round, options, (it, n, given) => {
      expect(planRound(it, n, given)).toEqual(planRound(it, n, { ...given }));
    }),
  );
});

test('each round does something, of the kinds asked for, and ends', () => {
  fc.assert(
    fc.property(seed, round, options, (it, n, given) => {
      const plan = planRound(it, n, given);
      expect(plan.length).toBeGreaterThan(0);
      for (const { fault, afterMs, forMs } of plan) {
        expect(given.faults).toContain(fault.kind);
        expect(afterMs).toBeLessThanOrEqual(3000);
        expect(forMs).toBeGreaterThan(0);
        expect(forMs).toBeLessThanOrEqual(9000);
        if ('broker' in fault) expect(fault.broker).toBeLessThan(given.brokers);
        if ('service' in fault) expect(services).toContain(fault.service);
      }
    }),
  );
});

test('never two faults on one victim', () => {
  fc.assert(
    fc.property(seed, round, options, (it, n, given) => {
      const victims = planRound(it, n, given).flatMap(({ fault }) => victimsOf(fault, given));
      expect(new Set(victims).size).toBe(victims.length);
    }),
  );
});

test('many rounds of one seed have every kind on every service, short and long', () => {
  const given = { services, brokers: 3, faults: FAULTS };
  const plans = Array.from({ length: 400 }, (_, index) => planRound(7, index + 1, given));
  const all = plans.flat();
  expect(new Set(all.map(({ fault }) => fault.kind))).toEqual(new Set(FAULTS));
  expect(new Set(all.flatMap(({ fault }) => ('service' in fault ? [fault.service] : [])))).toEqual(
    new Set(services),
  );
  expect(new Set(all.flatMap(({ fault }) => ('broker' in fault ? [fault.broker] : [])))).toEqual(
    new Set([0, 1, 2]),
  );
  expect(all.some(({ forMs }) => forMs > 6000)).toBe(true);
  expect(all.some(({ forMs }) => forMs < 1000)).toBe(true);
  expect(new Set(plans.map((plan) => JSON.stringify(plan))).size).toBe(plans.length);
});

test('a fault is said in one line', () => {
  expect(
    describeFault({
      kind: 'stall',
      service: 'police',
      server: 'kafka',
      direction: 'to-client',
      then: 'cut',
    }),
  ).toBe('stall police to kafka (to-client, then cut)');
  expect(describeFault({ kind: 'kill-broker', broker: 0 })).toBe('kill-broker 1');
  expect(describeFault({ kind: 'kill-postgres' })).toBe('kill-postgres');
});
