import { AppError } from '@liaison/kernel';
import type { ReceivedEvent } from '@liaison/messaging';
import type { EntityManager } from 'typeorm';
import { type BedBook, lockPlace } from './beds';
import type { BedPlace } from './beds.entity';

/**
 * The place that somebody asks for, under its lock: by the sender's own reference, so that nobody asks for what was not told to them.
 * @throws AppError `place-unknown`
 */
export async function placeNamed<Place extends BedPlace>(
  manager: EntityManager,
  book: BedBook<Place>,
  { sender, data }: Pick<ReceivedEvent<{ readonly place?: string }>, 'sender' | 'data'>,
): Promise<Place> {
  const [known] = await manager.query<{ case_id: string }[]>(
    'SELECT case_id FROM messaging.case_reference WHERE peer = $1 AND reference = $2',
    [sender, data.place],
  );
  const place = known && (await lockPlace(manager, book, known.case_id));
  if (place) return place;
  throw new AppError('place-unknown', 'It asks for a place that this shelter has not told its sender of.');
}
