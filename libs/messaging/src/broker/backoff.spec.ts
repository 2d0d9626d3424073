import fc from 'fast-check';
import { backoffMs, settledWithin } from './backoff';

const limits = { first: 250, most: 5000 };
const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

test('a pause is never longer than the limit nor shorter than half of what is due', () => {
  fc.assert(
    fc.property(fc.nat({ max: 5000 }), chance, (attempt, random) => {
      const due = Math.min(limits.most, limits.first * 2 ** Math.min(attempt, 20));
      const pause = backoffMs(attempt, limits, () => random);
      expect(pause).toBeGreaterThanOrEqual(Math.floor(due / 2));
      expect(pause).toBeLessThanOrEqual(due);
    }),
  );
});

test('two members that fail together do not come back together', () => {
  const pauses = Array.from({ length: 50 }, () => backoffMs(4, limits));
  expect(new Set(pauses).size).toBeGreaterThan(10);
});

test('work that fails has settled; work that never ends has not', async () => {
  expect(await settledWithin(Promise.resolve(), 1000)).toBe(true);
  expect(await settledWithin(Promise.reject(new Error('failed')), 1000)).toBe(true);
  expect(await settledWithin(new Promise(() => undefined), 5)).toBe(false);
});
