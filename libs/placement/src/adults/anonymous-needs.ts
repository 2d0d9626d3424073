import type { Day } from '@liaison/kernel';

/** What somebody's age is known to be. Unknown is a minor's, where that protects (R15, R16). */
export const KNOWN_AGES = ['adult', 'minor', 'unknown'] as const;
export type KnownAge = (typeof KNOWN_AGES)[number];

/** Those of the policy's `age-band` that are an adult's. */
export const ADULT_BANDS = ['18-20', '21-24', '25-34', '35-49', '50+'] as const;
export type AdultBand = (typeof ADULT_BANDS)[number];

/** Completed years on a day. */
export const ageOn = (birthDate: Day, on: Day): number =>
  Number(on.slice(0, 4)) - Number(birthDate.slice(0, 4)) - (on.slice(5) < birthDate.slice(5) ? 1 : 0);

const BAND_FROM: Readonly<Record<AdultBand, number>> = {
  '18-20': 18,
  '21-24': 21,
  '25-34': 25,
  '35-49': 35,
  '50+': 50,
};

/** Nothing for a minor. */
export const bandOf = (age: number): AdultBand | undefined =>
  [...ADULT_BANDS].reverse().find((band) => age >= BAND_FROM[band]);

export const ADULT_NEEDS = [
  'secure-place',
  'with-children',
  'pregnancy-care',
  'psychological-care',
  'drug-care',
  'accessible',
  'women-only',
] as const;
export type AdultNeed = (typeof ADULT_NEEDS)[number];

/**
 * All that a place sees of somebody before it accepts (R30): there is no member for a name, a contact or a birth date, so
 * none can be in it.
 */
export interface AnonymousNeeds {
  readonly ageBand: AdultBand;
  /** ISO 639 */
  readonly languages: readonly string[];
  readonly needs: readonly AdultNeed[];
  readonly children: number;
}
