import type { PlaceDeclaredV1 } from '@liaison/contracts';
import type { PlaceRow } from './place.entity';

/** What is said of a place to whoever places children: neither what the shelter calls it nor where it is. */
export const declarationOf = (row: PlaceRow, free: number, at: Date): PlaceDeclaredV1 => ({
  open: row.open,
  lodging: row.lodging,
  departement: row.departement,
  free: row.open ? free : 0,
  ages: { from: row.agesFrom, to: row.agesTo },
  sexes: [...row.sexes],
  languages: [...row.languages],
  trainedStaff: row.trainedStaff,
  secure: row.secure,
  schooling: [...row.schooling],
  declaredAt: at.toISOString(),
});
