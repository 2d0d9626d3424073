import { ReceivedNoticeCases, ReferralCases, SeveralRegisters } from '@liaison/casework';
import { Injectable } from '@nestjs/common';

/** Children whom the association has referred, and adults whom the police have sent to it. */
@Injectable()
export class AssociationCases extends SeveralRegisters {
  constructor() {
    super([new ReferralCases(), new ReceivedNoticeCases()]);
  }
}
