import type { FlightReportedV1, ReferralMadeV1 } from '@liaison/contracts';

// Invented children. Their way is that of the sources: found at night by a street team (S3, measure 10), of a network that
// holds several départements, brought far away from it (R25), siblings together.

export const REFERRAL: ReferralMadeV1 = {
  civilStatus: {
    declared: {
      familyName: 'Okoro',
      givenNames: ['Mercy'],
      sex: 'female',
      estimatedAge: 15,
      estimatedAgeBasis: ['appearance'],
    },
    languages: ['en', 'bin'],
  },
  age: { ground: 'estimated' },
  observation: {
    signs: ['controlled-by-others', 'debt'],
    account: 'Two women answer for her and for her sister, and do not let them out of sight.',
    by: 'own-team',
    on: '2026-01-18',
  },
  danger: { level: 'serious' },
  found: { departement: '75', communeCode: '75118', place: 'Porte de la Chapelle', stillThere: true },
  siblings: [{ givenNames: ['Joy'], estimatedAge: 12, whereabouts: 'with-the-child' }],
  parents: 'not-found',
};

/** Why Paris thinks that Marseille is competent. */
export const CLAIM = {
  departement: '13',
  ground: 'residence',
  account: 'She says that they lived in Marseille for a year before they were brought to Paris.',
  civilStatus: REFERRAL.civilStatus,
  age: REFERRAL.age,
};

const BEDS = {
  lodging: 'authorised-establishment',
  ages: { from: 11, to: 17 },
  sexes: ['female'],
  languages: ['en'],
  trainedStaff: true,
  secure: true,
  schooling: ['school'],
  capacity: 2,
};

export const FAR_HOUSE = {
  ...BEDS,
  label: 'Maison des Tilleuls',
  departement: '35',
  address: { line: '3 rue de l’Invention', postalCode: '35000', commune: 'Rennes' },
};
export const NEAR_HOUSE = {
  ...BEDS,
  label: 'Foyer du Canal',
  departement: '93',
  address: { line: '8 quai de l’Invention', postalCode: '93200', commune: 'Saint-Denis' },
};

/** Two beds together, and not where the network is. */
export const NEEDS = {
  children: [
    { ages: { from: 15, to: 16 }, sex: 'female', languages: ['en'], schooling: 'school' },
    { ages: { from: 12, to: 12 }, sex: 'female', languages: ['en'], schooling: 'school' },
  ],
  exploitation: ['75', '93'],
  secure: 'needed',
};

/** Their friend, of whom somebody has seen a paper. */
export const FRIEND = (birthDate: string): ReferralMadeV1 => ({
  ...REFERRAL,
  civilStatus: {
    declared: { familyName: 'Idehen', givenNames: ['Sharon'], sex: 'female', birthDate },
    languages: ['en'],
  },
  age: { ground: 'documented' },
  siblings: [],
});

/** What she needs, and that she agrees: of age, far away. */
export const ORIENTATION = (consentedOn: string) => ({
  needs: { sex: 'female', languages: ['en'], needs: ['women-only'], children: 0 },
  nationality: 'NG',
  exploitation: { departements: ['75', '93'] },
  ...{ endangered: true, needsDistance: true, procedureOpen: false },
  consent: { form: 'oral-witnessed', on: consentedOn, language: 'en', explainedBy: 'interpreter' },
  commune: '75118',
});

const DAY_MS = 86_400_000;

/** So many days from now, and years: a day. */
export function dayFrom(days: number, years = 0): string {
  const day = new Date(Date.now() + days * DAY_MS);
  day.setUTCFullYear(day.getUTCFullYear() + years);
  return day.toISOString().slice(0, 10);
}

/** The birth date of whoever turns 18 so many days from now. */
export const bornDaysFrom = (days: number): string => dayFrom(days, -18);

/** Where she is found. */
export const FOUND_IN = '93';

const MINUTE_MS = 60_000;

/** Somebody called her at night, and she took the first train back. */
export const flightAt = (now: Date): FlightReportedV1 => ({
  civilStatus: REFERRAL.civilStatus,
  noticedAt: new Date(now.getTime() - 20 * MINUTE_MS).toISOString(),
  lastSeen: {
    departement: '75',
    at: new Date(now.getTime() - 60 * MINUTE_MS).toISOString(),
    place: 'Gare Montparnasse',
  },
  clothing: 'Grey hooded coat, white trainers',
  risks: ['network-in-contact', 'debt'],
  placeKnown: true,
});
