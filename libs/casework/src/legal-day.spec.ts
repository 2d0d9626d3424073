import fc from 'fast-check';
import { legalDay } from './legal-day';

describe('a legal day', () => {
  it.each([
    ['Paris in winter', '75', '2026-01-31T22:59:59.999Z', '2026-01-31'],
    ['Paris in winter', '75', '2026-01-31T23:00:00.000Z', '2026-02-01'],
    ['Paris in summer', '2A', '2026-07-31T21:59:59.999Z', '2026-07-31'],
    ['Paris in summer', '2A', '2026-07-31T22:00:00.000Z', '2026-08-01'],
    ['Cayenne', '973', '2026-03-01T02:59:59.999Z', '2026-02-28'],
    ['Cayenne', '973', '2026-03-01T03:00:00.000Z', '2026-03-01'],
    ['Nouméa', '988', '2026-04-30T12:59:59.999Z', '2026-04-30'],
    ['Nouméa', '988', '2026-04-30T13:00:00.000Z', '2026-05-01'],
    ['no département', undefined, '2026-01-31T23:00:00.000Z', '2026-02-01'],
  ])('changes at midnight in %s (%s), at %s: %s', (_, departement, at, day) => {
    expect(legalDay(new Date(at), departement)).toBe(day);
  });

  it('never goes back', () => {
    const instant = fc.date({
      min: new Date('2005-01-01'),
      max: new Date('2040-01-01'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(instant, instant, fc.constantFrom('75', '973', '975', '988'), (a, b, departement) => {
        const [earlier, later] = a < b ? [a, b] : [b, a];
        return legalDay(earlier, departement) <= legalDay(later, departement);
      }),
    );
  });
});
