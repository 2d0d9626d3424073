import {
  AgencyPolicy,
  CLOCK,
  PartnerAnswerExport,
  ReceivedNoticeExport,
  ReferralExport,
  SeveralExports,
} from '@liaison/casework';
import type { Clock } from '@liaison/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { MadeOrderExport } from './placement-order/made-order-export';

/** What a partner holds of a case beside its documents. */
@Injectable()
export class PartnerExport extends SeveralExports {
  constructor(@Inject(CLOCK) clock: Clock, policy: AgencyPolicy) {
    super([
      new ReferralExport(clock),
      new PartnerAnswerExport(clock, policy),
      new ReceivedNoticeExport(),
      new MadeOrderExport(),
    ]);
  }
}
