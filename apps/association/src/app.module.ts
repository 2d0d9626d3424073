import {
  AgencyModule,
  CaseworkModule,
  MADE_REFERRAL_TIMELINE,
  MADE_REFERRAL_WORK,
  makesReferrals,
  OVERDUE_MADE_REFERRALS,
  REFERRAL_ENTITIES,
  ReferralCases,
  ReferralExport,
  SharePurgedProjection,
} from '@liaison/casework';
import { Module } from '@nestjs/common';
import { DeclarePlaceHandler } from './place/declare-place.handler';
import { PlaceController } from './place/place.controller';
import { PlaceRow } from './place/place.entity';
import { PlaceReader } from './place/place.reader';
import { CASEWORKERS } from './roles';

const REFERRALS = makesReferrals({ authors: CASEWORKERS, readers: CASEWORKERS });

@Module({
  imports: [
    AgencyModule.forRoot({
      service: 'association',
      entities: [...REFERRAL_ENTITIES, PlaceRow],
      changeReaders: {
        referral: CASEWORKERS,
        place: CASEWORKERS,
        assignment: CASEWORKERS,
        note: CASEWORKERS,
      },
      overdueChanges: OVERDUE_MADE_REFERRALS,
    }),
    CaseworkModule.forRoot({
      roles: CASEWORKERS,
      register: ReferralCases,
      work: MADE_REFERRAL_WORK,
      timeline: MADE_REFERRAL_TIMELINE,
      exported: ReferralExport,
    }),
  ],
  controllers: [...REFERRALS.controllers, SharePurgedProjection, PlaceController],
  providers: [...REFERRALS.providers, DeclarePlaceHandler, PlaceReader],
})
export class AppModule {}
