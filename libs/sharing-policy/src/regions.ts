/** ISO 3166-2 of the regions since 1 January 2016, with the INSEE codes of their départements (loi 2015-29). */
const REGIONS: Readonly<Record<string, string>> = {
  'FR-ARA': '01 03 07 15 26 38 42 43 63 69 73 74',
  'FR-BFC': '21 25 39 58 70 71 89 90',
  'FR-BRE': '22 29 35 56',
  'FR-CVL': '18 28 36 37 41 45',
  'FR-20R': '2A 2B',
  'FR-GES': '08 10 51 52 54 55 57 67 68 88',
  'FR-HDF': '02 59 60 62 80',
  'FR-IDF': '75 77 78 91 92 93 94 95',
  'FR-NOR': '14 27 50 61 76',
  'FR-NAQ': '16 17 19 23 24 33 40 47 64 79 86 87',
  'FR-OCC': '09 11 12 30 31 32 34 46 48 65 66 81 82',
  'FR-PDL': '44 49 53 72 85',
  'FR-PAC': '04 05 06 13 83 84',
  'FR-971': '971',
  'FR-972': '972',
  'FR-973': '973',
  'FR-974': '974',
  'FR-976': '976',
};
const byDepartement = new Map(
  Object.entries(REGIONS).flatMap(([region, codes]) => codes.split(' ').map((code) => [code, region])),
);

/** The region of a département, or itself. Nothing for the overseas collectivities, which belong to none. */
export function regionOf(code: string): string | undefined {
  return Object.hasOwn(REGIONS, code) ? code : byDepartement.get(code);
}
