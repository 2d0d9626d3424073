import { ReferralCases, SeveralRegisters } from '@liaison/casework';
import { Injectable } from '@nestjs/common';
import { CompetenceCases } from './competence/competence-cases';

/** Children who were referred here, and those for whom another département says that this one is competent. */
@Injectable()
export class AseCases extends SeveralRegisters {
  constructor() {
    super([new ReferralCases(), new CompetenceCases()]);
  }
}
