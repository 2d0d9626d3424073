import { lockCase } from '@liaison/casework';
import type { Identity } from '@liaison/platform';
import type { EntityManager } from 'typeorm';
import { noSuchOpinion, type OpinionRequest } from './opinion-request';
import { OpinionRequestRow } from './opinion-request.entity';

/**
 * A request to the caller's own unit.
 * @throws AppError `opinion-not-found`, also where it is another unit's: nobody learns that it exists
 */
export async function getOpinion(
  manager: EntityManager,
  { unit }: Pick<Identity, 'unit'>,
  where: { readonly id: string } | { readonly request: string },
): Promise<OpinionRequestRow> {
  const row = await manager.findOne(OpinionRequestRow, { where: { ...where, unit } });
  if (!row) throw noSuchOpinion();
  return row;
}

/** With its case, both locked until the transaction ends: the case first, as the outbox takes it. */
export async function lockOpinion(
  manager: EntityManager,
  { id, caseId }: Pick<OpinionRequestRow, 'id' | 'caseId'>,
): Promise<OpinionRequestRow> {
  await lockCase(manager, caseId);
  return manager.findOneOrFail(OpinionRequestRow, { where: { id }, lock: { mode: 'pessimistic_write' } });
}

/** As decisions see it. */
export const stateOf = ({
  state,
  version,
  noticeId,
  withdrawalReason,
}: OpinionRequestRow): OpinionRequest => ({
  state,
  version,
  ...(noticeId && { noticeId }),
  ...(withdrawalReason && { withdrawn: withdrawalReason }),
});
