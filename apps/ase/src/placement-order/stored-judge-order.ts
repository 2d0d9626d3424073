import { type HeldDocument, restrictedFields } from '@liaison/casework';
import { PLACEMENT_ORDERED } from '@liaison/contracts';
import { AppError } from '@liaison/kernel';
import type { JudgeOrder } from '@liaison/placement';
import type { Identity } from '@liaison/platform';
import type { EntityManager } from 'typeorm';
import { JudgeOrderRow } from './judge-order.entity';

export const noSuchOrder = () => new AppError('order-not-found', 'Your unit has no such order.');

/** @throws AppError `order-not-found`, also where it is another unit's: nobody learns that it exists */
export async function getOrder(
  manager: EntityManager,
  { unit }: Pick<Identity, 'unit'>,
  id: string,
  lock?: 'pessimistic_write',
): Promise<JudgeOrderRow> {
  const row = await manager.findOne(JudgeOrderRow, {
    where: { id, unit },
    ...(lock && { lock: { mode: lock } }),
  });
  if (!row) throw noSuchOrder();
  return row;
}

/** As decisions see it. */
export const orderOf = ({
  version,
  state,
  departement,
  lodging,
  contradicts,
}: JudgeOrderRow): JudgeOrder => ({
  ...{ version, state, contradicts },
  says: { ...(departement !== null && { departement }), ...(lodging !== null && { lodging }) },
});

/** As reading it is decided. */
export const heldOrder = ({
  purpose,
  sender,
  eventId,
  convention,
  withheld,
  restrictedSince,
  revokedFields,
}: JudgeOrderRow): HeldDocument => ({
  type: PLACEMENT_ORDERED,
  purpose,
  facts: {},
  provenance: { agency: sender, event: eventId, convention },
  withheld,
  restricted: restrictedSince !== null,
  restrictedFields: restrictedFields(revokedFields),
});
