import {
  AgencyModule,
  CaseworkModule,
  OVERDUE_RECEIVED_REFERRALS,
  RECEIVED_REFERRAL_TIMELINE,
  RECEIVED_REFERRAL_WORK,
  receivesReferrals,
  REFERRAL_ENTITIES,
  ReferralCases,
  ReferralExport,
  ReferralSharedContent,
} from '@liaison/casework';
import { Module } from '@nestjs/common';
import { PlaceDeclaredProjection } from './place/place-declared.projection';
import { PlaceController } from './place/place.controller';
import { PlaceRow } from './place/place.entity';
import { CASEWORKERS } from './roles';

const REFERRALS = receivesReferrals({ readers: CASEWORKERS });

@Module({
  imports: [
    AgencyModule.forRoot({
      service: 'ase',
      entities: [...REFERRAL_ENTITIES, PlaceRow],
      changeReaders: { 'received-referral': CASEWORKERS, assignment: CASEWORKERS, note: CASEWORKERS },
      overdueChanges: [OVERDUE_RECEIVED_REFERRALS],
    }),
    CaseworkModule.forRoot({
      roles: CASEWORKERS,
      register: ReferralCases,
      work: RECEIVED_REFERRAL_WORK,
      timeline: RECEIVED_REFERRAL_TIMELINE,
      sharedContent: ReferralSharedContent,
      exported: ReferralExport,
    }),
  ],
  controllers: [...REFERRALS.controllers, PlaceController, PlaceDeclaredProjection],
  providers: [...REFERRALS.providers],
})
export class AppModule {}
