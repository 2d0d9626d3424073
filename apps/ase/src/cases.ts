import { ReceivedNoticeCases, ReferralCases, SeveralRegisters } from '@liaison/casework';
import { Injectable } from '@nestjs/common';
import { CompetenceCases } from './competence/competence-cases';
import { OrderCases } from './placement-order/order-cases';

/** Children who were referred here, those for whom another département says that this one is competent, and those of whom a notice came. */
@Injectable()
export class AseCases extends SeveralRegisters {
  constructor() {
    super([new ReferralCases(), new CompetenceCases(), new ReceivedNoticeCases(), new OrderCases()]);
  }
}
