import { NOTICE_WITHDRAWN, type NoticeWithdrawnV1, type WithdrawalReason } from '@liaison/contracts';
import type { Identity } from '@liaison/platform';
import { Injectable } from '@nestjs/common';
import { type ChangeRequest, Changing } from './changing';
import { IssuedCases } from './issued-case';
import { decide } from './notice';

export interface WithdrawNotice extends ChangeRequest {
  readonly reason: WithdrawalReason;
}

/** No version stands any more. What has not left stays here; who has one is told, and keeps it. */
@Injectable()
export class WithdrawNoticeHandler {
  constructor(
    private readonly changing: Changing,
    private readonly cases: IssuedCases,
  ) {}

  /** @throws AppError `notice-ended`, or what `Changing.change` throws */
  withdraw(identity: Identity, { reason, ...request }: WithdrawNotice) {
    const route = 'POST /v1/notices/:id/withdraw';
    return this.changing.change(identity, route, request, { reason }, async ({ manager, open, at }) => {
      const { notice, holders, caseId } = open;
      const event = decide(notice, { type: 'withdraw', reason, holders });
      if (event.type !== 'withdrawn') throw new TypeError('a withdrawal withdraws');
      const cancelled = await this.cases.cancelUnsent(manager, caseId, 'withdrawn');
      const document: NoticeWithdrawnV1 = { withdrawnAt: at.toISOString(), reason };
      const to = await this.cases.recipients(manager, caseId, event.told);
      const told =
        to.length > 0
          ? await this.cases.say(manager, identity, caseId, { type: NOTICE_WITHDRAWN, document, to }, at)
          : undefined;
      return {
        event,
        reason,
        told: event.told,
        lanes: [...cancelled.lanes, ...(told?.lanes ?? [])],
        answer: ({ state, version }) => ({
          id: open.id,
          state,
          version,
          told: event.told,
          cancelled: cancelled.cancelled,
        }),
      };
    });
  }
}
