import { OPERATION_ANNOUNCED, type OperationAnnouncedV1 } from '@liaison/contracts';
import type { Identity } from '@liaison/platform';
import type { EntityManager } from 'typeorm';
import { noSuchOperation, type Operation } from './operation';
import { AnnouncedOperationRow, ReceivedOperationRow, type ToldContactRow } from './operation.entity';
import { noSuchReceivedOperation, type ReceivedOperation } from './received-operation';

type Reader = Pick<Identity, 'unit'>;

/** @throws AppError `operation-not-found`, also where it is another unit's: nobody learns that it exists */
export async function getAnnounced(
  manager: EntityManager,
  { unit }: Reader,
  id: string,
  lock?: 'pessimistic_write',
): Promise<AnnouncedOperationRow> {
  const row = await manager.findOne(AnnouncedOperationRow, {
    where: { id, unit },
    ...(lock && { lock: { mode: lock } }),
  });
  if (!row) throw noSuchOperation();
  return row;
}

/** @throws AppError `operation-not-found`, also where it was announced to another contact point */
export async function getReceivedOperation(
  manager: EntityManager,
  { unit }: Reader,
  id: string,
  lock?: 'pessimistic_write',
): Promise<ReceivedOperationRow> {
  const row = await manager.findOne(ReceivedOperationRow, {
    where: { id, unit },
    ...(lock && { lock: { mode: lock } }),
  });
  if (!row) throw noSuchReceivedOperation();
  return row;
}

/** As decisions see it. */
export const operationOf = (
  { state, version, untilDay }: AnnouncedOperationRow,
  told: readonly Pick<ToldContactRow, 'agency' | 'placesHeld'>[],
): Operation => ({
  state,
  version,
  until: untilDay,
  told: told.map(({ agency, placesHeld }) => ({ agency, ...(placesHeld !== null && { placesHeld }) })),
});

export const receivedOperationOf = ({
  state,
  version,
  untilDay,
  expectedPeople,
  placesHeld,
}: ReceivedOperationRow): ReceivedOperation => ({
  state,
  version,
  until: untilDay,
  expectedPeople,
  placesHeld,
});

/** What an announcement says. */
export async function announcementOf(manager: EntityManager, id: string): Promise<OperationAnnouncedV1> {
  const [found] = await manager.query<{ document: OperationAnnouncedV1 }[]>(
    'SELECT document FROM messaging.event_document WHERE case_id = $1 AND version = 1 AND type = $2',
    [id, OPERATION_ANNOUNCED],
  );
  if (!found) throw new TypeError('an operation has its announcement');
  return found.document;
}
