import {
  AgencyModule,
  CaseworkModule,
  EXPIRED_OPERATIONS,
  OPERATION_ENTITIES,
  OVERDUE_RECEIVED_REFERRALS,
  preparesForOperations,
  RECEIVED_OPERATION_WORK,
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
const OPERATIONS = preparesForOperations({ readers: CASEWORKERS });

@Module({
  imports: [
    AgencyModule.forRoot({
      service: 'ase',
      entities: [...REFERRAL_ENTITIES, ...OPERATION_ENTITIES, PlaceRow, RequestRow, OfferRow],
      changeReaders: {
        'received-referral': CASEWORKERS,
        'placement-request': CASEWORKERS,
        'received-operation': CASEWORKERS,
        assignment: CASEWORKERS,
        note: CASEWORKERS,
      },
      overdueChanges: [OVERDUE_RECEIVED_REFERRALS, EXPIRED_OPERATIONS],
    }),
    CaseworkModule.forRoot({
      roles: CASEWORKERS,
      register: ReferralCases,
      work: [...RECEIVED_REFERRAL_WORK, ...RECEIVED_OPERATION_WORK, ...PLACEMENT_WORK],
      timeline: [...RECEIVED_REFERRAL_TIMELINE, ...PLACEMENT_TIMELINE],
      sharedContent: ReferralSharedContent,
      exported: ReferralExport,
    }),
  ],
  controllers: [
    ...REFERRALS.controllers,
    ...OPERATIONS.controllers,
    PlaceController,
    PlaceDeclaredProjection,
    PlacementRequestController,
    PlacementAnsweredProjection,
  ],
  providers: [
    ...REFERRALS.providers,
    ...OPERATIONS.providers,
    PlacementRequestHandler,
    PlacementRequestReader,
  ],
})
export class AppModule {}
