import { AGENCY, ReceivedNoticeShares, SeveralSharedContents } from '@liaison/casework';
import type { Agency } from '@liaison/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { CompetenceSharedContent } from './competence/competence-shared-content';
import { OrderSharedContent } from './placement-order/judge-order-sources';

/** What others shared with child protection: referrals, flights, claims of competence with their files, notices, orders of judges. */
@Injectable()
export class AseSharedContent extends SeveralSharedContents {
  constructor(@Inject(AGENCY) agency: Agency) {
    super([
      new CompetenceSharedContent(agency),
      new ReceivedNoticeShares(agency),
      new OrderSharedContent(agency),
    ]);
  }
}
