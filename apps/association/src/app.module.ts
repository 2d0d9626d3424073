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
  MADE_REFERRAL_TIMELINE,
  MADE_REFERRAL_WORK,
  makesReferrals,
  OPERATION_ENTITIES,
  ORIENTATION_ENTITIES,
  OVERDUE_FLIGHTS,
  OVERDUE_MADE_REFERRALS,
  OVERDUE_RECEIVED_FLIGHTS,
  PARTNER_ANSWER_ENTITIES,
  PARTNER_ANSWER_TIMELINE,
  PARTNER_ANSWER_WORK,
  receivesAnswers,
  preparesForOperations,
  RECEIVED_FLIGHT_TIMELINE,
  RECEIVED_FLIGHT_WORK,
  RECEIVED_NOTICE_TIMELINE,
  RECEIVED_NOTICE_WORK,
  RECEIVED_OPERATION_WORK,
  ReceivedNotice,
  receivesNotices,
  REFERRAL_ENTITIES,
  reportsFlights,
  reportsSupport,
  SharePurgedProjection,
  SUPPORT_ENTITIES,
  SUPPORT_TIMELINE,
} from '@liaison/casework';
import { Module } from '@nestjs/common';
import { AdultPlaceRow } from './adult-place/adult-place.entity';
import { PROPOSAL_TIMELINE, PROPOSAL_WORK } from './adult-proposal/adult-proposal-sources';
import { SHELTERED_ADULT_ENTITIES } from './adult-proposal/adult-proposal.entity';
import { ADULT_SHELTER } from './adult-proposal/adult-shelter';
import { BedWithdrawnProjection } from './beds/bed-withdrawn.projection';
import { LapseSweep } from './beds/lapse.sweep';
import { AssociationCases } from './cases';
import { AssociationExport } from './exported';
import { ShelteredChildren } from './flight/sheltered-children';
import { COORDINATION } from './orientation/coordination';
import { ORIENTATION_TIMELINE, ORIENTATION_WORK } from './orientation/orientation-sources';
import { COORDINATION_ENTITIES } from './orientation/orientation.entity';
import { AnswerOfferHandler } from './placement-offer/answer-offer.handler';
import { OfferAnswers } from './placement-offer/offer-answers';
import { OFFER_WORK } from './placement-offer/offer-sources';
import { OfferController } from './placement-offer/placement-offer.controller';
import { OfferRow } from './placement-offer/placement-offer.entity';
import { PlacementAdmittedProjection } from './placement-offer/placement-admitted.projection';
import { PlacementOfferProjection } from './placement-offer/placement-offer.projection';
import { OfferMetrics } from './placement-offer/observe-offers';
import { OfferReader } from './placement-offer/placement-offer.reader';
import { DeclarePlaceHandler } from './place/declare-place.handler';
import { PlaceDeclarations } from './place/place-declarations';
import { PlaceController } from './place/place.controller';
import { PlaceRow } from './place/place.entity';
import { PlaceReader } from './place/place.reader';
import { CASEWORKERS } from './roles';
import { AssociationSharedContent } from './shared-content';

const REFERRALS = makesReferrals({ authors: CASEWORKERS, readers: CASEWORKERS });
const ANSWERS = receivesAnswers({ readers: CASEWORKERS });
const FLIGHTS = reportsFlights({ readers: CASEWORKERS, subjects: ShelteredChildren });
const HEARD_FLIGHTS = hearsOfFlights({ readers: CASEWORKERS });
const NOTICES = receivesNotices({ readers: CASEWORKERS, deciders: CASEWORKERS });
const ORIENTATIONS = asksForOrientation({ authors: CASEWORKERS });
const SUPPORT = reportsSupport({ authors: CASEWORKERS });
const OPERATIONS = preparesForOperations({ readers: CASEWORKERS });

@Module({
  imports: [
    AgencyModule.forRoot({
      service: 'association',
      entities: [
        ...REFERRAL_ENTITIES,
        ...OPERATION_ENTITIES,
        ...PARTNER_ANSWER_ENTITIES,
        ...FLIGHT_ENTITIES,
        ReceivedNotice,
        ...ORIENTATION_ENTITIES,
        ...SUPPORT_ENTITIES,
        ...COORDINATION_ENTITIES,
        PlaceRow,
        OfferRow,
        AdultPlaceRow,
        ...SHELTERED_ADULT_ENTITIES,
      ],
      changeReaders: {
        referral: CASEWORKERS,
        notice: CASEWORKERS,
        place: CASEWORKERS,
        'received-operation': CASEWORKERS,
        'placement-offer': CASEWORKERS,
        'adult-place': CASEWORKERS,
        'adult-proposal': CASEWORKERS,
        flight: CASEWORKERS,
        'received-flight': CASEWORKERS,
        'partner-answer': CASEWORKERS,
        'orientation-request': CASEWORKERS,
        orientation: CASEWORKERS,
        'support-report': CASEWORKERS,
        assignment: CASEWORKERS,
        'person-link': CASEWORKERS,
        note: CASEWORKERS,
      },
      overdueChanges: [
        ...OVERDUE_MADE_REFERRALS,
        OVERDUE_FLIGHTS,
        OVERDUE_RECEIVED_FLIGHTS,
        EXPIRED_OPERATIONS,
      ],
    }),
    CaseworkModule.forRoot({
      roles: CASEWORKERS,
      register: AssociationCases,
      work: [
        ...FLIGHT_WORK,
        ...RECEIVED_FLIGHT_WORK,
        ...MADE_REFERRAL_WORK,
        ...RECEIVED_NOTICE_WORK,
        ...RECEIVED_OPERATION_WORK,
        ...PARTNER_ANSWER_WORK,
        ...OFFER_WORK,
        ...PROPOSAL_WORK,
        ...ORIENTATION_WORK,
      ],
      timeline: [
        ...FLIGHT_TIMELINE,
        ...RECEIVED_FLIGHT_TIMELINE,
        ...MADE_REFERRAL_TIMELINE,
        ...RECEIVED_NOTICE_TIMELINE,
        ...PARTNER_ANSWER_TIMELINE,
        ...ASKED_ORIENTATION_TIMELINE,
        ...ORIENTATION_TIMELINE,
        ...PROPOSAL_TIMELINE,
        ...SUPPORT_TIMELINE,
      ],
      sharedContent: AssociationSharedContent,
      consentEnding: AskedConsentEnded,
      exported: AssociationExport,
      links: CASEWORKERS,
    }),
  ],
  controllers: [
    ...REFERRALS.controllers,
    ...NOTICES.controllers,
    ...ANSWERS.controllers,
    ...OPERATIONS.controllers,
    ...FLIGHTS.controllers,
    ...HEARD_FLIGHTS.controllers,
    ...ORIENTATIONS.controllers,
    ...SUPPORT.controllers,
    ...COORDINATION.controllers,
    ...ADULT_SHELTER.controllers,
    SharePurgedProjection,
    PlaceController,
    OfferController,
    PlacementOfferProjection,
    PlacementAdmittedProjection,
    BedWithdrawnProjection,
  ],
  providers: [
    ...REFERRALS.providers,
    ...NOTICES.providers,
    ...ANSWERS.providers,
    ...OPERATIONS.providers,
    ...FLIGHTS.providers,
    ...HEARD_FLIGHTS.providers,
    ...ORIENTATIONS.providers,
    ...SUPPORT.providers,
    ...COORDINATION.providers,
    ...ADULT_SHELTER.providers,
    DeclarePlaceHandler,
    PlaceDeclarations,
    PlaceReader,
    AnswerOfferHandler,
    LapseSweep,
    OfferAnswers,
    OfferReader,
    OfferMetrics,
  ],
})
export class AppModule {}
