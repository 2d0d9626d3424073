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
import { PlacementAnsweredProjection } from './placement-request/placement-answered.projection';
import { PlacementRequestController } from './placement-request/placement-request.controller';
import { OfferRow, RequestRow } from './placement-request/placement-request.entity';
import { PlacementRequestHandler } from './placement-request/placement-request.handler';
import { PlacementRequestReader } from './placement-request/placement-request.reader';
import { PLACEMENT_TIMELINE, PLACEMENT_WORK } from './placement-request/placement-sources';
import { CASEWORKERS } from './roles';

const REFERRALS = receivesReferrals({ readers: CASEWORKERS });

@Module({
  imports: [
    AgencyModule.forRoot({
      service: 'ase',
      entities: [...REFERRAL_ENTITIES, PlaceRow, RequestRow, OfferRow],
      changeReaders: {
        'received-referral': CASEWORKERS,
        'placement-request': CASEWORKERS,
        assignment: CASEWORKERS,
        note: CASEWORKERS,
      },
      overdueChanges: [OVERDUE_RECEIVED_REFERRALS],
    }),
    CaseworkModule.forRoot({
      roles: CASEWORKERS,
      register: ReferralCases,
      work: [...RECEIVED_REFERRAL_WORK, ...PLACEMENT_WORK],
      timeline: [...RECEIVED_REFERRAL_TIMELINE, ...PLACEMENT_TIMELINE],
      sharedContent: ReferralSharedContent,
      exported: ReferralExport,
    }),
  ],
  controllers: [
    ...REFERRALS.controllers,
    PlaceController,
    PlaceDeclaredProjection,
    PlacementRequestController,
    PlacementAnsweredProjection,
  ],
  providers: [...REFERRALS.providers, PlacementRequestHandler, PlacementRequestReader],
})
export class AppModule {}
