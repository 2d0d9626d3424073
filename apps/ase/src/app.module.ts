import {
  AgencyModule,
  ASKED_ORIENTATION_TIMELINE,
  AskedConsentEnded,
  asksForOrientation,
  CaseworkModule,
  EXPIRED_OPERATIONS,
  FLIGHT_ENTITIES,
  FLIGHT_TIMELINE,
  FLIGHT_WORK,
  hearsOfFlights,
  OPERATION_ENTITIES,
  OVERDUE_FLIGHTS,
  OVERDUE_RECEIVED_FLIGHTS,
  ORIENTATION_ENTITIES,
  OVERDUE_RECEIVED_REFERRALS,
  preparesForOperations,
  RECEIVED_FLIGHT_TIMELINE,
  RECEIVED_FLIGHT_WORK,
  RECEIVED_NOTICE_TIMELINE,
  RECEIVED_NOTICE_WORK,
  RECEIVED_OPERATION_WORK,
  RECEIVED_REFERRAL_TIMELINE,
  RECEIVED_REFERRAL_WORK,
  ReceivedNotice,
  receivesNotices,
  receivesReferrals,
  REFERRAL_ENTITIES,
  reportsFlights,
  SharePurgedProjection,
} from '@liaison/casework';
import { Module } from '@nestjs/common';
import { AseCases } from './cases';
import { COMPETENCE } from './competence/competence';
import { COMPETENCE_TIMELINE, COMPETENCE_WORK, OVERDUE_COMPETENCE } from './competence/competence-sources';
import { COMPETENCE_ENTITIES } from './competence/competence.entity';
import { AseExport } from './exported';
import { ChildrenInCare } from './flight/children-in-care';
import { PlaceDeclaredProjection } from './place/place-declared.projection';
import { PlaceController } from './place/place.controller';
import { PlaceRow } from './place/place.entity';
import { PlacementAnsweredProjection } from './placement-request/placement-answered.projection';
import { PlacementRequestController } from './placement-request/placement-request.controller';
import { OfferRow, RequestRow } from './placement-request/placement-request.entity';
import { PlacementRequestHandler } from './placement-request/placement-request.handler';
import { PlacementRequestReader } from './placement-request/placement-request.reader';
import { PLACEMENT_TIMELINE, PLACEMENT_WORK } from './placement-request/placement-sources';
import { PlacesKnown } from './placement-request/places-known';
import { RequestAgeSweep } from './placement-request/request-age.sweep';
import { PlacementMetrics } from './placement-request/observe-offers';
import { CASEWORKERS } from './roles';
import {
  JUDGE_ORDER_EXCHANGES,
  JUDGE_ORDER_TIMELINE,
  JUDGE_ORDER_WORK,
} from './placement-order/judge-order-sources';
import { JudgeOrderController } from './placement-order/judge-order.controller';
import { JudgeOrderRow } from './placement-order/judge-order.entity';
import { JudgeOrderReader } from './placement-order/judge-order.reader';
import { JudgeTelling } from './placement-order/judge-telling';
import { ObeyOrderHandler } from './placement-order/obey-order.handler';
import { JudgeOrderMetrics } from './placement-order/observe-orders';
import { PlacementOrderedProjection } from './placement-order/placement-ordered.projection';
import { Offering } from './placement-request/offering';
import { AseSharedContent } from './shared-content';
import { StayMetrics } from './stay/observe-stays';
import { StayAgeSweep } from './stay/stay-age.sweep';
import { ENDING_STAYS, STAY_TIMELINE, STAY_WORK } from './stay/stay-sources';
import { StayController } from './stay/stay.controller';
import { STAY_ENTITIES } from './stay/stay.entity';
import { StayHandler } from './stay/stay.handler';
import { StayReader } from './stay/stay.reader';

const REFERRALS = receivesReferrals({ readers: CASEWORKERS });
const FLIGHTS = reportsFlights({ readers: CASEWORKERS, subjects: ChildrenInCare });
const HEARD_FLIGHTS = hearsOfFlights({ readers: CASEWORKERS });
const NOTICES = receivesNotices({ readers: CASEWORKERS, deciders: CASEWORKERS });
const ORIENTATIONS = asksForOrientation({ authors: CASEWORKERS });
const OPERATIONS = preparesForOperations({ readers: CASEWORKERS });

@Module({
  imports: [
    AgencyModule.forRoot({
      service: 'ase',
      entities: [
        ...REFERRAL_ENTITIES,
        ...OPERATION_ENTITIES,
        ...COMPETENCE_ENTITIES,
        ...FLIGHT_ENTITIES,
        ReceivedNotice,
        PlaceRow,
        RequestRow,
        OfferRow,
        ...STAY_ENTITIES,
        JudgeOrderRow,
        ...ORIENTATION_ENTITIES,
      ],
      changeReaders: {
        'received-referral': CASEWORKERS,
        notice: CASEWORKERS,
        'competence-conflict': CASEWORKERS,
        'competence-claim': CASEWORKERS,
        'provisional-shelter': CASEWORKERS,
        'placement-request': CASEWORKERS,
        'placement-order': CASEWORKERS,
        stay: CASEWORKERS,
        flight: CASEWORKERS,
        'received-flight': CASEWORKERS,
        'received-operation': CASEWORKERS,
        'orientation-request': CASEWORKERS,
        assignment: CASEWORKERS,
        'person-link': CASEWORKERS,
        note: CASEWORKERS,
      },
      overdueChanges: [
        OVERDUE_RECEIVED_REFERRALS,
        OVERDUE_FLIGHTS,
        OVERDUE_RECEIVED_FLIGHTS,
        ...OVERDUE_COMPETENCE,
        ...ENDING_STAYS,
        EXPIRED_OPERATIONS,
      ],
    }),
    CaseworkModule.forRoot({
      roles: CASEWORKERS,
      register: AseCases,
      work: [
        ...FLIGHT_WORK,
        ...RECEIVED_FLIGHT_WORK,
        ...RECEIVED_REFERRAL_WORK,
        ...RECEIVED_NOTICE_WORK,
        ...RECEIVED_OPERATION_WORK,
        ...COMPETENCE_WORK,
        ...PLACEMENT_WORK,
        ...STAY_WORK,
        ...JUDGE_ORDER_WORK,
      ],
      timeline: [
        ...FLIGHT_TIMELINE,
        ...RECEIVED_FLIGHT_TIMELINE,
        ...RECEIVED_REFERRAL_TIMELINE,
        ...RECEIVED_NOTICE_TIMELINE,
        ...COMPETENCE_TIMELINE,
        ...PLACEMENT_TIMELINE,
        ...STAY_TIMELINE,
        ...JUDGE_ORDER_TIMELINE,
        ...ASKED_ORIENTATION_TIMELINE,
      ],
      sharedContent: AseSharedContent,
      consentEnding: AskedConsentEnded,
      exported: AseExport,
      links: CASEWORKERS,
      exchanges: JUDGE_ORDER_EXCHANGES,
    }),
  ],
  controllers: [
    ...REFERRALS.controllers,
    ...NOTICES.controllers,
    ...OPERATIONS.controllers,
    ...COMPETENCE.controllers,
    ...FLIGHTS.controllers,
    ...HEARD_FLIGHTS.controllers,
    ...ORIENTATIONS.controllers,
    SharePurgedProjection,
    PlaceController,
    PlaceDeclaredProjection,
    PlacementRequestController,
    PlacementAnsweredProjection,
    StayController,
    JudgeOrderController,
    PlacementOrderedProjection,
  ],
  providers: [
    ...REFERRALS.providers,
    ...NOTICES.providers,
    ...OPERATIONS.providers,
    ...COMPETENCE.providers,
    ...FLIGHTS.providers,
    ...HEARD_FLIGHTS.providers,
    ...ORIENTATIONS.providers,
    Offering,
    PlacesKnown,
    PlacementRequestHandler,
    PlacementRequestReader,
    PlacementMetrics,
    RequestAgeSweep,
    StayHandler,
    StayReader,
    StayAgeSweep,
    StayMetrics,
    JudgeOrderReader,
    ObeyOrderHandler,
    JudgeTelling,
    JudgeOrderMetrics,
  ],
})
export class AppModule {}
