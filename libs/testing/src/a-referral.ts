import type { ReferralMadeV1 } from '@liaison/contracts';

/** What an association says of an invented child; whoever asks says what is otherwise. */
export const aReferral = (more: Partial<ReferralMadeV1> = {}): ReferralMadeV1 => ({
  civilStatus: {
    declared: {
      familyName: 'Okafor',
      givenNames: ['Mercy'],
      estimatedAge: 15,
      estimatedAgeBasis: ['appearance'],
    },
    languages: ['en'],
  },
  age: { ground: 'estimated' },
  observation: {
    signs: ['controlled-by-others', 'debt'],
    account: 'Two women answer for her.',
    by: 'own-team',
    on: '2026-01-18',
  },
  danger: { level: 'serious' },
  found: { departement: '75', communeCode: '75118', place: 'Porte de la Chapelle', stillThere: true },
  siblings: [{ givenNames: ['Joy'], estimatedAge: 12, whereabouts: 'with-the-child' }],
  parents: 'not-found',
  ...more,
});
