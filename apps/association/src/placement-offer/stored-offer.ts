import { AppError } from '@liaison/kernel';
import type { Identity } from '@liaison/platform';
import type { EntityManager } from 'typeorm';
import { OfferRow } from './placement-offer.entity';

/** @throws AppError `offer-not-found`, also where it is another unit's: nobody learns that it exists */
export async function getOffer(
  manager: EntityManager,
  { unit }: Pick<Identity, 'unit'>,
  id: string,
): Promise<OfferRow> {
  const row = await manager.findOneBy(OfferRow, { id, unit });
  if (!row) throw new AppError('offer-not-found', 'Your unit has no such offer.');
  return row;
}
