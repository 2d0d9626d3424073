import type { Identity } from '@liaison/platform';
import type { EntityManager } from 'typeorm';
import { noSuchOpinion, type OpinionRequest } from './opinion-request';
import { OpinionRequestRow } from './opinion-request.entity';

/**
 * A request of the caller's own unit.
 * @throws AppError `opinion-not-found`, also where it is another unit's: nobody learns that it exists
 */
export async function getOpinion(
  manager: EntityManager,
  { unit }: Pick<Identity, 'unit'>,
  id: string,
  lock?: 'pessimistic_write',
): Promise<OpinionRequestRow> {
  const row = await manager.findOne(OpinionRequestRow, {
    where: { id, unit },
    ...(lock && { lock: { mode: lock } }),
  });
  if (!row) throw noSuchOpinion();
  return row;
}

/** As decisions see it. */
export function stateOf(row: OpinionRequestRow): OpinionRequest {
  const { state, version, dueOn, answerEvent, answeredAt, noticeId, withdrawalReason } = row;
  return {
    state,
    version,
    dueOn,
    ...(answerEvent &&
      answeredAt && {
        answer: { outcome: state === 'refused' ? ('refused' as const) : ('notice' as const), at: answeredAt },
      }),
    ...(noticeId && { noticeId }),
    ...(withdrawalReason && { withdrawn: { reason: withdrawalReason } }),
  };
}
