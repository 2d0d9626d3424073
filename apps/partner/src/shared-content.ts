import {
  AGENCY,
  ReceivedNoticeShares,
  ReferralSharedContent,
  SeveralSharedContents,
} from '@liaison/casework';
import type { Agency } from '@liaison/kernel';
import { Inject, Injectable } from '@nestjs/common';

/** What others shared with a partner: referrals and notices. */
@Injectable()
export class PartnerSharedContent extends SeveralSharedContents {
  constructor(@Inject(AGENCY) agency: Agency) {
    super([new ReferralSharedContent(), new ReceivedNoticeShares(agency)]);
  }
}
