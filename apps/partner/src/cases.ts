import { ReceivedNoticeCases, ReferralCases, SeveralRegisters } from '@liaison/casework';
import { Injectable } from '@nestjs/common';

/** Children who were referred here, and people of whom a notice came. */
@Injectable()
export class PartnerCases extends SeveralRegisters {
  constructor() {
    super([new ReferralCases(), new ReceivedNoticeCases()]);
  }
}
