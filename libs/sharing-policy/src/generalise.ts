import type { Generalisation } from './model';
import { regionOf } from './regions';

const DATE = /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T.*)?)?)?$/;
const AGE_BANDS: readonly (readonly [from: number, name: string])[] = [
  [0, '0-14'],
  [15, '15-17'],
  [18, '18-20'],
  [21, '21-24'],
  [25, '25-34'],
  [35, '35-49'],
  [50, '50+'],
];

/**
 * The value, coarsened; a value that is coarse enough already stays as it is. Nothing where it cannot be coarsened
 * (it is not what the generalisation is made for): it is then left out.
 * @param day on which an age is counted (`2026-05-10`): the legal one; asked for where there is an age
 */
export function generalised(value: unknown, to: Generalisation, day: () => string): string | undefined {
  if (typeof value !== 'string') return undefined;
  switch (to) {
    case 'age-band':
      return AGE_BANDS.some(([, band]) => band === value) ? value : ageBand(value, day());
    case 'departement':
      return departement(value);
    case 'region':
      return regionOf(departement(value) ?? value);
    case 'nothing':
      return undefined;
    default:
      return DATE.exec(value)?.[0].slice(0, { year: 4, month: 7, day: 10 }[to]);
  }
}

/** A year or a month of birth leaves the age open, and a band may not pretend to know it. */
function ageBand(birthDate: string, today: string): string | undefined {
  const [, year, month, day] = DATE.exec(birthDate) ?? [];
  if (day === undefined) return undefined;
  const before = today.slice(5) < `${month}-${day}` ? 1 : 0;
  const age = Number(today.slice(0, 4)) - Number(year) - before;
  return AGE_BANDS.findLast(([from]) => age >= from)?.[1];
}

/** The département (INSEE) of a postal code, of a commune's INSEE code, or itself. */
function departement(code: string): string | undefined {
  if (/^(\d{2}|2[AB]|97\d|98\d)$/.test(code)) return code;
  if (!/^(\d{5}|2[AB]\d{3})$/.test(code)) return undefined;
  if (code.startsWith('97') || code.startsWith('98')) return code.slice(0, 3);
  // Postal codes of Corsica begin with 20: 200 and 201 are the south.
  if (code.startsWith('20')) return code < '20200' ? '2A' : '2B';
  return code.slice(0, 2);
}
