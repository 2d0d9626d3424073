import { NOTICE_RECALLED, type NoticeRecalledV1, type RecallReason } from '@liaison/contracts';
import type { Identity } from '@liaison/platform';
import { Injectable } from '@nestjs/common';
import { type ChangeRequest, Changing } from './changing';
import { IssuedCases } from './issued-case';
import { decide } from './notice';

export interface RecallNotice extends ChangeRequest {
  readonly reason: RecallReason;
  /** Agency ids; absent: everybody who got it. */
  readonly recipients?: readonly string[] | null;
}

/**
 * It was sent by mistake. What has not left is cancelled; what has left is voided, so that its content is destroyed
 * wherever it is by now, and the recall says why. If nothing had left, nothing is sent.
 */
@Injectable()
export class RecallNoticeHandler {
  constructor(
    private readonly changing: Changing,
    private readonly cases: IssuedCases,
  ) {}

  /** @throws AppError `notice-ended`, `recall-from-nobody`, or what `Changing.change` throws */
  recall(identity: Identity, { reason, recipients, ...request }: RecallNotice) {
    const asked = { reason, recipients };
    return this.changing.change(
      identity,
      'POST /v1/notices/:id/recall',
      request,
      asked,
      async ({ manager, open, at }) => {
        const { notice, holders, caseId } = open;
        const event = decide(notice, {
          type: 'recall',
          reason,
          holders,
          ...(recipients && recipients.length > 0 && { from: recipients }),
        });
        if (event.type !== 'recalled') throw new TypeError('a recall recalls');
        const taken = await this.cases.takeBack(manager, caseId, 'recalled', event.from);
        const document: NoticeRecalledV1 = { recalledAt: at.toISOString(), reason };
        const to = await this.cases.recipients(manager, caseId, event.told);
        const told =
          to.length > 0
            ? await this.cases.say(manager, identity, caseId, { type: NOTICE_RECALLED, document, to }, at)
            : undefined;
        return {
          event,
          reason,
          told: event.told,
          lanes: [...taken.lanes, ...(told?.lanes ?? [])],
          answer: ({ state, version }) => ({
            id: open.id,
            state,
            version,
            told: event.told,
            cancelled: taken.cancelled,
          }),
        };
      },
    );
  }
}
