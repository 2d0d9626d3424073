import {
  AGENCY,
  AgencyPolicy,
  CLOCK,
  FlightExport,
  MadeSupportExport,
  PartnerAnswerExport,
  ReceivedNoticeExport,
  ReferralExport,
  SeveralExports,
} from '@liaison/casework';
import type { Agency, Clock } from '@liaison/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { ProposalExport } from './adult-proposal/proposal-export';

/** What an association holds of a case beside its documents. */
@Injectable()
export class AssociationExport extends SeveralExports {
  constructor(@Inject(AGENCY) agency: Agency, @Inject(CLOCK) clock: Clock, policy: AgencyPolicy) {
    super([
      new ReferralExport(clock),
      new PartnerAnswerExport(clock, policy),
      new ReceivedNoticeExport(),
      new FlightExport(agency, clock, policy),
      new MadeSupportExport(clock, policy),
      new ProposalExport(),
    ]);
  }
}
