import {
  AgencyModule,
  CaseworkModule,
  GIVEN_ANSWER_TIMELINE,
  givesAnswers,
  OVERDUE_RECEIVED_REFERRALS,
  PARTNER_ANSWER_ENTITIES,
  RECEIVED_REFERRAL_TIMELINE,
  RECEIVED_REFERRAL_WORK,
  receivesReferrals,
  REFERRAL_ENTITIES,
  ReferralCases,
  ReferralSharedContent,
} from '@liaison/casework';
import { Module } from '@nestjs/common';
import { PartnerExport } from './exported';
import { CASEWORKERS } from './roles';

const REFERRALS = receivesReferrals({ readers: CASEWORKERS });
const ANSWERS = givesAnswers({ readers: CASEWORKERS });

@Module({
  imports: [
    AgencyModule.forRoot({
      service: 'partner',
      entities: [...REFERRAL_ENTITIES, ...PARTNER_ANSWER_ENTITIES],
      changeReaders: {
        'received-referral': CASEWORKERS,
        'given-answer': CASEWORKERS,
        assignment: CASEWORKERS,
        note: CASEWORKERS,
      },
      overdueChanges: [OVERDUE_RECEIVED_REFERRALS],
    }),
    CaseworkModule.forRoot({
      roles: CASEWORKERS,
      register: ReferralCases,
      work: RECEIVED_REFERRAL_WORK,
      timeline: [...RECEIVED_REFERRAL_TIMELINE, ...GIVEN_ANSWER_TIMELINE],
      sharedContent: ReferralSharedContent,
      exported: PartnerExport,
    }),
  ],
  controllers: [...REFERRALS.controllers, ...ANSWERS.controllers],
  providers: [...REFERRALS.providers, ...ANSWERS.providers],
})
export class AppModule {}
