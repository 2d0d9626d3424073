import type { PlaceDeclaredV1 } from '@liaison/contracts';
import { AppError } from '@liaison/kernel';
import type { Identity } from '@liaison/platform';
import type { EntityManager } from 'typeorm';
import { PlaceRow } from './place.entity';

/** @throws AppError `place-not-found`, also where it is another unit's: nobody learns that it exists */
export async function getPlace(
  manager: EntityManager,
  { unit }: Pick<Identity, 'unit'>,
  id: string,
  lock?: 'pessimistic_write',
): Promise<PlaceRow> {
  const row = await manager.findOne(PlaceRow, {
    where: { id, unit },
    ...(lock && { lock: { mode: lock } }),
  });
  if (!row) throw new AppError('place-not-found', 'Your unit has declared no such place.');
  return row;
}

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
