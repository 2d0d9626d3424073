import type { PlaceDeclaredV1 } from '@liaison/contracts';

/** What an invented shelter far from Paris says of a place; whoever asks says what is otherwise. */
export const aPlace = (more: Partial<PlaceDeclaredV1> = {}): PlaceDeclaredV1 => ({
  open: true,
  lodging: 'authorised-establishment',
  departement: '35',
  free: 2,
  ages: { from: 12, to: 17 },
  sexes: ['female'],
  languages: ['en', 'fr'],
  trainedStaff: true,
  secure: true,
  schooling: ['school'],
  declaredAt: '2026-03-02T09:00:00.000Z',
  ...more,
});
