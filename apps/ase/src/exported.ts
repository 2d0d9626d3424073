import {
  AGENCY,
  AgencyPolicy,
  CLOCK,
  FlightExport,
  ReceivedNoticeExport,
  ReferralExport,
  SeveralExports,
} from '@liaison/casework';
import type { Agency, Clock } from '@liaison/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { CompetenceExport } from './competence/competence-export';
import { OrderExport } from './placement-order/order-export';
import { PlacementExport } from './placement-request/placement-export';
import { StayExport } from './stay/stay-export';

/** What child protection holds of a case beside its documents. */
@Injectable()
export class AseExport extends SeveralExports {
  constructor(@Inject(AGENCY) agency: Agency, @Inject(CLOCK) clock: Clock, policy: AgencyPolicy) {
    super([
      new ReferralExport(clock),
      new ReceivedNoticeExport(),
      new CompetenceExport(clock, policy),
      new PlacementExport(clock, policy),
      new StayExport(),
      new OrderExport(clock, policy),
      new FlightExport(agency, clock, policy),
    ]);
  }
}
