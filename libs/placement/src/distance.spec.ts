import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { seatOf } from './departement-seats';
import { kmBetween, type Point } from './distance';

const seat = (departement: string): Point => {
  const found = seatOf(departement);
  if (!found) throw new Error(`${departement} is not on the map`);
  return found;
};

/** As the reference list has them, which `npm run generate` writes. */
const DEPARTEMENTS = readFileSync(join(__dirname, '../../casework/data/departements.tsv'), 'utf8')
  .trimEnd()
  .split('\n')
  .slice(1)
  .map((line) => line.split('\t')[0] ?? '');

describe('the distance between two départements', () => {
  it.each([
    ['75', '13', 660],
    ['59', '06', 834],
    ['67', '29', 878],
    ['75', '93', 9],
    ['69', '42', 50],
    ['75', '974', 9360],
    ['971', '972', 170],
  ])('is that between their chief towns: %s to %s', (from, to, km) => {
    expect(Math.abs(kmBetween(seat(from), seat(to)) - km)).toBeLessThan(Math.max(5, km / 100));
  });

  it('is known for every département that there is', () => {
    expect(DEPARTEMENTS.length).toBeGreaterThan(100);
    expect(DEPARTEMENTS.filter((each) => !seatOf(each))).toEqual([]);
    expect(seatOf('99')).toBeUndefined();
  });

  const departement = fc.constantFrom(...DEPARTEMENTS).map(seat);

  it('is the same both ways, nothing to itself, and never shorter by a detour', () => {
    fc.assert(
      fc.property(departement, departement, departement, (a, b, c) => {
        expect(kmBetween(a, a)).toBe(0);
        expect(kmBetween(a, b)).toBeCloseTo(kmBetween(b, a), 9);
        expect(kmBetween(a, b)).toBeLessThanOrEqual(kmBetween(a, c) + kmBetween(c, b) + 1e-6);
      }),
    );
  });
});
