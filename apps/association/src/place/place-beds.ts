import type { Beds } from '@liaison/placement';
import { type EntityManager, In } from 'typeorm';
import { OfferRow } from '../placement-offer/placement-offer.entity';
import { PlaceRow } from './place.entity';

/** States in which an offer takes beds. */
export const TAKING = ['held', 'accepted'] as const;

/** A place under its lock, whoever asks: every change of who has its beds goes one after the other. */
export function lockPlace(manager: EntityManager, id: string): Promise<PlaceRow | null> {
  return manager.findOne(PlaceRow, { where: { id }, lock: { mode: 'for_no_key_update' } });
}

/** Who has its beds. The caller holds the lock of the place. */
export async function bedsOf(manager: EntityManager, place: PlaceRow): Promise<Beds> {
  const rows = await manager.find(OfferRow, {
    select: { id: true, beds: true, state: true, answerBy: true },
    where: { placeId: place.id, state: In([...TAKING]) },
    order: { id: 'ASC' },
  });
  return {
    version: place.version,
    // A closed place takes nobody; whoever is there stays.
    capacity: place.open ? place.capacity : 0,
    stands: rows.map(({ id, beds, state, answerBy }) =>
      state === 'held'
        ? { offer: id, beds, state, until: answerBy }
        : { offer: id, beds, state: 'accepted' as const },
    ),
  };
}

/** Beds that offers take of several places, by id; one that nobody has asked for is not in it. */
export async function takenBeds(
  manager: EntityManager,
  places: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (places.length === 0) return new Map();
  const rows = await manager.query<{ place_id: string; beds: number }[]>(
    `SELECT place_id, sum(beds)::int AS beds FROM shelter.offer
      WHERE place_id = ANY ($1::uuid[]) AND state = ANY ($2) GROUP BY place_id`,
    [places, TAKING],
  );
  return new Map(rows.map(({ place_id, beds }) => [place_id, beds]));
}
