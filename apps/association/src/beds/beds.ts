import type { Beds } from '@liaison/placement';
import {
  type EntityManager,
  type EntityTarget,
  type FindOptionsWhere,
  In,
  type ObjectLiteral,
} from 'typeorm';
import type { BedOffer, BedPlace, BedState } from './beds.entity';

/** Places of one scheme and the questions for their beds. Children's and adults' stand apart, and are counted by the same code. */
export interface BedBook<Place extends BedPlace = BedPlace, Offer extends BedOffer = BedOffer> {
  readonly places: new () => Place;
  readonly offers: new () => Offer;
}

/** States in which beds are taken. */
export const TAKING = ['held', 'accepted', 'admitted'] as const;

export const takes = (state: BedState): boolean => (TAKING as readonly string[]).includes(state);

/** With its schema, as SQL has it. */
export const tableOf = <Row extends ObjectLiteral>(manager: EntityManager, rows: EntityTarget<Row>): string =>
  manager.getRepository(rows).metadata.tablePath;

/** A place under its lock, whoever asks: every change of who has its beds goes one after the other. */
export function lockPlace<Place extends BedPlace>(
  manager: EntityManager,
  { places }: Pick<BedBook<Place>, 'places'>,
  id: string,
): Promise<Place | null> {
  // What holds of every place: the compiler cannot see it of one that it does not know.
  const where = { id } as FindOptionsWhere<Place>;
  return manager.findOne(places, { where, lock: { mode: 'for_no_key_update' } });
}

/** Who has its beds. The caller holds the lock of the place. */
export async function bedsOf(
  manager: EntityManager,
  { offers }: Pick<BedBook, 'offers'>,
  place: BedPlace,
): Promise<Beds> {
  const rows = await manager.find(offers, {
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
        : { offer: id, beds, state: state === 'admitted' ? state : ('accepted' as const) },
    ),
  };
}

/** Beds that are taken of several places, by id; one that nobody has asked for is not in it. */
export async function takenBeds(
  manager: EntityManager,
  { offers }: Pick<BedBook, 'offers'>,
  places: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (places.length === 0) return new Map();
  const rows = await manager.query<{ place_id: string; beds: number }[]>(
    `SELECT place_id, sum(beds)::int AS beds FROM ${tableOf(manager, offers)}
      WHERE place_id = ANY ($1::uuid[]) AND state = ANY ($2) GROUP BY place_id`,
    [places, TAKING],
  );
  return new Map(rows.map(({ place_id, beds }) => [place_id, beds]));
}

/** Beds that nobody is in and that nobody holds, of a place as a list shows it. */
export const freeOf = (
  { id, open, capacity }: Pick<BedPlace, 'id' | 'open' | 'capacity'>,
  taken: ReadonlyMap<string, number>,
): number => (open ? Math.max(0, capacity - (taken.get(id) ?? 0)) : 0);
