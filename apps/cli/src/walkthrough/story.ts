import type { NoticeIssuedV2, OperationAnnouncedV1 } from '@liaison/contracts';

// Invented persons. What happens to them is what the report S2 tells of a network that a brigade in Paris took down:
// recruited abroad, prostituted in Paris, made to pay back a "debt of passage" of 50,000 euros.

/** For the préfecture: an adult with a declared identity, whose passport the network holds. */
export const NOTICE: NoticeIssuedV2 = {
  procedure: { initiative: 'own', departement: '75', reference: '2026/00417', unit: 'brp' },
  civilStatus: {
    declared: {
      familyName: 'Osagie',
      givenNames: ['Blessing'],
      aliases: ['Princess'],
      sex: 'female',
      birthDate: '2001-06-14',
      birthPlace: 'Benin City',
      nationalities: ['NG'],
    },
    languages: ['en', 'bin'],
    documents: [{ kind: 'passport', state: 'held-by-network', country: 'NG', number: 'A00000017' }],
  },
  contact: { phone: '+33 6 00 00 00 17' },
  address: { line: '3 rue de l’Invention', postalCode: '75018', commune: 'Paris', departement: '75' },
  travel: {
    entryDate: '2025-03',
    route: 'Agadez, Sabha, Lampedusa, Ventimiglia',
    transitCountries: ['NE', 'LY', 'IT'],
    organisedBy: 'a man whom she calls Uncle',
    debt: { amount: 50_000, currency: 'EUR' },
  },
  exploitation: {
    forms: ['procuring'],
    places: [{ departement: '75', commune: 'Paris' }],
    from: '2025-04-02',
    to: '2026-02-09',
    meansOfControl: ['debt', 'oath', 'passport held'],
    account:
      'She was met at the station and taken to a flat. What she earned went to the woman who held the key.',
  },
  vulnerability: {
    minor: false,
    threatsToFamily: true,
    isolation: true,
    fearOfReprisals: true,
    health: 'Needs rest and a medical examination.',
  },
  steps: [
    { kind: 'complaint', status: 'undertaken', on: '2026-02-17' },
    { kind: 'association-support', status: 'considered' },
  ],
  assessment: {
    realityOfFacts: 'Precise, constant, and matched by two other accounts.',
    cooperation: 'Answers, and names places.',
    danger: 'The network knows where her mother lives.',
  },
  dates: { observedOn: '2026-02-10', interviewedOn: '2026-02-17' },
};

/** For an association that has no part in the case: nobody addressed it as the person's contact, nor has the person agreed. */
export const SECOND_NOTICE: NoticeIssuedV2 = {
  procedure: { initiative: 'own', departement: '75', unit: 'brp' },
  civilStatus: { declared: { familyName: 'Iyamu', givenNames: ['Grace'], birthDate: '1999-11-02' } },
  exploitation: { forms: ['procuring'], places: [{ departement: '75' }] },
  vulnerability: { minor: false, isolation: true },
};

/** For whoever tries it by hand: short enough for a command line. */
export const SHORT_NOTICE: NoticeIssuedV2 = {
  procedure: { departement: '75' },
  civilStatus: { declared: { familyName: 'Ehigie' } },
};

/** An agency that no convention lets have a notice without a part in the case. */
export const UNRELATED_AGENCY = 'asso-refuge';

const DAY_MS = 86_400_000;
const dayAfter = (now: Date, days: number): string =>
  new Date(now.getTime() + days * DAY_MS).toISOString().slice(0, 10);

/** Whoever is to take people in is warned ahead (S1); a shelter alone has not beds enough. */
export const operationFrom = (now: Date): OperationAnnouncedV1 => ({
  departement: '75',
  from: dayAfter(now, 2),
  until: dayAfter(now, 4),
  expectedPeople: 12,
  profiles: ['adults'],
  languages: ['en', 'ro'],
  preparations: ['shelter', 'interpreters'],
});

/** What an announcement must not say. */
export const NAMING_NOTE = 'Prévoir une chambre pour Blessing.';
