import fc from 'fast-check';
import { type Failure, RETRIES, retryAfter, retryAfterMs } from './retrying';

const failures = fc.record(
  {
    status: fc.constantFrom(400, 401, 404, 409, 410, 412, 422, 429, 500, 502, 503, 504),
    retryAfterMs: fc.nat(60_000),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<Failure>;

describe('whether to ask again', () => {
  it('never repeats what may have been done and may not be done twice', () => {
    fc.assert(
      fc.property(
        failures,
        fc.integer({ min: 1, max: 10 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (it, n, r) => {
          if (it.status !== 429) expect(retryAfter(it, n, false, RETRIES, r)).toBeUndefined();
        },
      ),
    );
  });

  it('ends, never waits longer than allowed, and never comes back sooner than the service wants', () => {
    fc.assert(
      fc.property(
        failures,
        fc.integer({ min: 1, max: 10 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (it, n, r) => {
          const delay = retryAfter(it, n, true, RETRIES, r);
          if (n >= RETRIES.attempts) expect(delay).toBeUndefined();
          if (delay === undefined) return;
          expect(delay).toBeLessThanOrEqual(RETRIES.longestMs);
          expect(delay).toBeGreaterThanOrEqual(it.retryAfterMs ?? RETRIES.delayMs / 2);
        },
      ),
    );
  });

  it.each([400, 401, 403, 404, 409, 410, 412, 422, 500])(
    'does not repeat what was answered: %d',
    (status) => {
      expect(retryAfter({ status }, 1, true, RETRIES, 0)).toBeUndefined();
    },
  );

  it.each([
    ['7', 7000],
    ['0', 0],
    ['Sun, 22 Nov 2026 10:00:05 GMT', 5000],
    ['Sun, 22 Nov 2026 09:00:00 GMT', 0],
    ['soon', undefined],
    [null, undefined],
  ])('reads Retry-After: %s', (header, expected) => {
    expect(retryAfterMs(header, new Date('2026-11-22T10:00:00Z'))).toBe(expected);
  });
});
