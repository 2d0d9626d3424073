import fc from 'fast-check';
import { factsAt } from './case-facts';

const age = (birthDate: string | undefined, at: string, departement = '75') =>
  factsAt({ departement, ...(birthDate !== undefined && { birthDate }) }, new Date(at), 'police-75')['age'];

describe('factsAt', () => {
  it('leaves unknown what nobody established', () => {
    expect(factsAt({}, new Date('2026-03-02T10:00:00Z'), 'police-75')).toEqual({});
    expect(age('2008', '2026-03-02T10:00:00Z')).toBeUndefined();
    expect(age('18-25', '2026-03-02T10:00:00Z')).toBeUndefined();
  });

  it.each([
    ['75', '2026-03-01T22:59:59Z', '2026-03-01T23:00:00Z'], // Paris, winter: UTC+1
    ['973', '2026-03-02T02:59:59Z', '2026-03-02T03:00:00Z'], // Cayenne: UTC-3
    ['988', '2026-03-01T12:59:59Z', '2026-03-01T13:00:00Z'], // Nouméa: UTC+11
  ])('makes a minor an adult at midnight of the legal day in %s', (departement, before, from) => {
    expect(age('2008-03-02', before, departement)).toMatchObject({ value: 'minor', until: new Date(from) });
    expect(age('2008-03-02', from, departement)).toMatchObject({ value: 'adult' });
  });

  it('takes the clock change of a birthday in summer into account', () => {
    expect(age('2008-07-14', '2026-07-13T21:59:59Z')).toMatchObject({
      until: new Date('2026-07-13T22:00:00Z'),
    });
  });

  it('lets somebody born on 29 February come of age on 1 March', () => {
    expect(age('2008-02-29', '2026-02-28T22:59:59Z')).toMatchObject({ value: 'minor' });
    expect(age('2008-02-29', '2026-02-28T23:00:00Z')).toMatchObject({ value: 'adult' });
  });

  it('never makes an adult a minor again', () => {
    const instants = fc.date({
      min: new Date('2020-01-01'),
      max: new Date('2040-01-01'),
      noInvalidDate: true,
    });
    const births = fc.date({ min: new Date('2000-01-01'), max: new Date('2015-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(
        births,
        instants,
        instants,
        fc.constantFrom('75', '973', '987'),
        (birth, a, b, departement) => {
          const [earlier, later] = a < b ? [a, b] : [b, a];
          const birthDate = birth.toISOString().slice(0, 10);
          const valueAt = (at: Date) => age(birthDate, at.toISOString(), departement)?.value;
          return valueAt(earlier) !== 'adult' || valueAt(later) === 'adult';
        },
      ),
    );
  });
});
