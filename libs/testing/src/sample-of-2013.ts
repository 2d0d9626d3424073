import type { CountedOrientation } from '@liaison/placement';

const times = <T>(count: number, of: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => of(index));

/** Sixty-six proposals: 39 Nigerian (59 %), the others of fourteen nationalities. */
const NATIONALITIES = [
  ...times(39, () => 'NG'),
  ...times(8, () => 'RO'),
  ...times(4, () => 'BG'),
  ...['AL', 'BR', 'CM', 'CN', 'CD', 'GH', 'GN', 'HU', 'CI', 'MA', 'RU', 'UA'].flatMap((code, index) =>
    times(index < 3 ? 2 : 1, () => code),
  ),
];
/** 12 of 18 and 19 (18 %), 29 of 20 to 25 (44 %), the others older. */
const AGES = [
  ...times(12, (index) => 18 + (index % 2)),
  ...times(29, (index) => 20 + (index % 6)),
  ...times(25, (index) => 26 + index),
];
/** Eight returns: five Romanian, two Nigerian, one Brazilian. */
const returns = (nationality: string, nth: number): boolean =>
  nth < ({ RO: 5, NG: 2, BR: 1 }[nationality] ?? 0);

/** Invented requests whose sums are those of 2013 (report S2, 4.1.1): 70 from 22 towns, 57 from partners, 66 proposals. */
export function sampleOf2013(): CountedOrientation[] {
  const seen = new Map<string, number>();
  return times(70, (index) => {
    const proposed = index < 66;
    const nationality = NATIONALITIES[index] ?? 'NG';
    const nth = seen.get(nationality) ?? 0;
    seen.set(nationality, nth + 1);
    return {
      commune: `${10_000 + (index % 22)}`,
      fromPartner: index % 70 < 57,
      proposed,
      // Ages and nationalities do not run in parallel.
      age: AGES[(index * 5) % 66] ?? 30,
      nationality,
      ...(proposed && returns(nationality, nth) && { outcome: 'assisted-return' as const }),
    };
  });
}
