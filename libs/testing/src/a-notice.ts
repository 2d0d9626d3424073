import type { NoticeIssuedV2 } from '@liaison/contracts';

/** A notice about an invented adult with a declared identity and a debt, each section replaced where named. */
export function aNotice(overrides: Partial<NoticeIssuedV2> = {}): NoticeIssuedV2 {
  return {
    procedure: { initiative: 'own', departement: '75', reference: '2026/00417', unit: 'brp' },
    civilStatus: {
      declared: {
        familyName: 'Adeyemi',
        givenNames: ['Joy'],
        aliases: ['Princess'],
        sex: 'female',
        birthDate: '2001-06-14',
        birthPlace: 'Benin City',
        nationalities: ['NG'],
      },
      languages: ['en', 'pcm'],
      documents: [{ kind: 'passport', state: 'held-by-network', country: 'NG', number: 'A00000017' }],
    },
    contact: { phone: '+33 6 00 00 00 17' },
    address: { line: '3 rue des Tests', postalCode: '75018', commune: 'Paris', departement: '75' },
    travel: {
      entryDate: '2025-03',
      route: 'Agadez, Sabha, Lampedusa, Ventimiglia',
      transitCountries: ['NE', 'LY', 'IT'],
      organisedBy: 'a woman she calls Madam',
      debt: { amount: 50_000, currency: 'EUR' },
    },
    exploitation: {
      forms: ['procuring'],
      places: [{ departement: '75', commune: 'Paris' }],
      from: '2025-04-02',
      meansOfControl: ['debt', 'oath'],
      account: 'She was met at the station and taken to a flat that she could not leave.',
    },
    vulnerability: { minor: false, threatsToFamily: true, fearOfReprisals: true, health: 'Needs rest.' },
    steps: [{ kind: 'complaint', status: 'considered' }],
    assessment: { realityOfFacts: 'Precise, constant, and matched by two other accounts.' },
    dates: { observedOn: '2026-02-10', interviewedOn: '2026-02-17' },
    ...overrides,
  };
}
