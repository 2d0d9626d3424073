import { CLOCK, ReceivedNoticeExport, ReferralExport, SeveralExports } from '@liaison/casework';
import type { Clock } from '@liaison/kernel';
import { Inject, Injectable } from '@nestjs/common';

/** What child protection holds of a case beside its documents. */
@Injectable()
export class AseExport extends SeveralExports {
  constructor(@Inject(CLOCK) clock: Clock) {
    super([new ReferralExport(clock), new ReceivedNoticeExport()]);
  }
}
