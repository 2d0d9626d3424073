import { AGENCY, ReceivedNoticeCases, ReferralCases, SeveralRegisters } from '@liaison/casework';
import type { Agency } from '@liaison/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { ProposalCases } from './adult-proposal/adult-proposal-cases';
import { OrientationCases } from './orientation/orientation-cases';

/**
 * Children whom this association has referred, and adults whom the police have sent to it; at the coordination, adults for whom it looks
 * for a place; at a shelter, adults for whom it was asked for one.
 */
@Injectable()
export class AssociationCases extends SeveralRegisters {
  constructor(@Inject(AGENCY) agency: Agency) {
    super([
      new ReferralCases(),
      new ReceivedNoticeCases(),
      new OrientationCases(agency),
      new ProposalCases(agency),
    ]);
  }
}
