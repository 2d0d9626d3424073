import {
  AgencyModule,
  CaseworkModule,
  GIVEN_ANSWER_TIMELINE,
  givesAnswers,
  OVERDUE_RECEIVED_REFERRALS,
  PARTNER_ANSWER_ENTITIES,
  RECEIVED_NOTICE_TIMELINE,
  RECEIVED_NOTICE_WORK,
  RECEIVED_REFERRAL_TIMELINE,
  RECEIVED_REFERRAL_WORK,
  ReceivedNotice,
  receivesNotices,
  receivesReferrals,
  REFERRAL_ENTITIES,
} from '@liaison/casework';
import { Module } from '@nestjs/common';
import { ARBITRATION_WORK, OVERDUE_ARBITRATIONS } from './arbitration/arbitration-sources';
import { ArbitrationController } from './arbitration/arbitration.controller';
import { ArbitrationRow } from './arbitration/arbitration.entity';
import { ArbitrationProjection } from './arbitration/arbitration.projection';
import { ArbitrationReader } from './arbitration/arbitration.reader';
import { DecideArbitrationHandler } from './arbitration/decide-arbitration.handler';
import { ArbitrationMetrics } from './arbitration/observe-arbitration';
import { PartnerCases } from './cases';
import { PartnerExport } from './exported';
import { LiftOrderHandler } from './placement-order/lift-order.handler';
import { OrderAnsweredProjection } from './placement-order/order-answered.projection';
import { OrderPlacementHandler } from './placement-order/order-placement.handler';
import {
  MADE_ORDER_EXCHANGES,
  MADE_ORDER_TIMELINE,
  MADE_ORDER_WORK,
} from './placement-order/placement-order-sources';
import { PlacementOrderController } from './placement-order/placement-order.controller';
import { MadeOrderRow } from './placement-order/placement-order.entity';
import { CASEWORKERS } from './roles';
import { PartnerSharedContent } from './shared-content';

const REFERRALS = receivesReferrals({ readers: CASEWORKERS });
const NOTICES = receivesNotices({ readers: CASEWORKERS, deciders: CASEWORKERS });
const ANSWERS = givesAnswers({ readers: CASEWORKERS });

@Module({
  imports: [
    AgencyModule.forRoot({
      service: 'partner',
      entities: [
        ...REFERRAL_ENTITIES,
        ...PARTNER_ANSWER_ENTITIES,
        ReceivedNotice,
        ArbitrationRow,
        MadeOrderRow,
      ],
      changeReaders: {
        'received-referral': CASEWORKERS,
        notice: CASEWORKERS,
        'given-answer': CASEWORKERS,
        'placement-order': CASEWORKERS,
        'competence-arbitration': CASEWORKERS,
        assignment: CASEWORKERS,
        'person-link': CASEWORKERS,
        note: CASEWORKERS,
      },
      overdueChanges: [OVERDUE_RECEIVED_REFERRALS, ...OVERDUE_ARBITRATIONS],
    }),
    CaseworkModule.forRoot({
      roles: CASEWORKERS,
      register: PartnerCases,
      work: [...RECEIVED_REFERRAL_WORK, ...RECEIVED_NOTICE_WORK, ...ARBITRATION_WORK, ...MADE_ORDER_WORK],
      timeline: [
        ...RECEIVED_REFERRAL_TIMELINE,
        ...RECEIVED_NOTICE_TIMELINE,
        ...GIVEN_ANSWER_TIMELINE,
        ...MADE_ORDER_TIMELINE,
      ],
      sharedContent: PartnerSharedContent,
      exported: PartnerExport,
      links: CASEWORKERS,
      exchanges: MADE_ORDER_EXCHANGES,
    }),
  ],
  controllers: [
    ...REFERRALS.controllers,
    ...NOTICES.controllers,
    ...ANSWERS.controllers,
    PlacementOrderController,
    OrderAnsweredProjection,
    ArbitrationController,
    ArbitrationProjection,
  ],
  providers: [
    ...REFERRALS.providers,
    ...NOTICES.providers,
    ...ANSWERS.providers,
    OrderPlacementHandler,
    LiftOrderHandler,
    ArbitrationReader,
    DecideArbitrationHandler,
    ArbitrationMetrics,
  ],
})
export class AppModule {}
