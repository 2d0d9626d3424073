import { AppError } from '@liaison/kernel';
import type { Stay } from '@liaison/placement';
import type { Identity } from '@liaison/platform';
import type { EntityManager } from 'typeorm';
import { StayRow } from './stay.entity';

/** @throws AppError `stay-not-found`, also where it is another unit's */
export async function getStay(
  manager: EntityManager,
  { unit }: Pick<Identity, 'unit'>,
  id: string,
  lock?: 'pessimistic_write',
): Promise<StayRow> {
  const row = await manager.findOne(StayRow, { where: { id, unit }, ...(lock && { lock: { mode: lock } }) });
  if (!row) throw new AppError('stay-not-found', 'Your unit has no such stay.');
  return row;
}

/** As decisions see it. */
export const stayOf = ({ version, from, lastDay, renewals, endedOn, endReason }: StayRow): Stay => ({
  ...{ version, from, renewals },
  ...(lastDay !== null && { lastDay }),
  ...(endedOn !== null && endReason !== null && { ended: { on: endedOn, reason: endReason } }),
});

/** As routes show it. */
export const stayBody = (
  { id, requestId, caseId }: Pick<StayRow, 'id' | 'requestId' | 'caseId'>,
  { version, from, lastDay, renewals, ended }: Stay,
) => ({
  ...{ id, caseId, version, from, renewals },
  request: requestId,
  lastDay: lastDay ?? null,
  endedOn: ended?.on ?? null,
  reason: ended?.reason ?? null,
});
