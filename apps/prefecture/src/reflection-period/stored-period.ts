import type { Identity } from '@liaison/platform';
import type { EntityManager } from 'typeorm';
import { noSuchPeriod, type ReflectionPeriod } from './reflection-period';
import { ReflectionBreachRow, ReflectionPeriodRow } from './reflection-period.entity';

export interface StoredPeriod {
  readonly row: ReflectionPeriodRow;
  readonly period: ReflectionPeriod;
  readonly breaches: readonly ReflectionBreachRow[];
}

/**
 * A reflection period of the caller's own unit.
 * @throws AppError `reflection-period-not-found`, also where it is another unit's: nobody learns that it exists
 */
export async function getPeriod(
  manager: EntityManager,
  { unit }: Pick<Identity, 'unit'>,
  id: string,
  lock?: 'pessimistic_write',
): Promise<StoredPeriod> {
  const row = await manager.findOne(ReflectionPeriodRow, {
    where: { id, unit },
    ...(lock && { lock: { mode: lock } }),
  });
  if (!row) throw noSuchPeriod();
  const breaches = await manager.find(ReflectionBreachRow, {
    where: { periodId: id },
    order: { takenOn: 'ASC', id: 'ASC' },
  });
  const { version, from, lastDay, endedOn, endReason } = row;
  return {
    row,
    breaches,
    period: {
      version,
      from,
      lastDay,
      ...(endedOn && endReason && { ended: { on: endedOn, reason: endReason } }),
      breaches: breaches.map(({ id: breach, measure, takenOn, remediedOn, voidReason, revision }) => ({
        id: breach,
        measure,
        takenOn,
        revision,
        ...(remediedOn && { remediedOn }),
        ...(voidReason && { voided: voidReason }),
      })),
    },
  };
}
