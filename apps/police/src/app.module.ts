import {
  AGENCY,
  AgencyModule,
  ANNOUNCED_OPERATION_WORK,
  ASKED_ORIENTATION_EXCHANGES,
  ASKED_ORIENTATION_TIMELINE,
  AskedConsentEnded,
  asksForOrientation,
  announcesOperations,
  AnsweredSteps,
  ATTACHMENT_UNIT,
  CaseworkModule,
  FLIGHT_ENTITIES,
  hearsOfFlights,
  MADE_REFERRAL_TIMELINE,
  MADE_REFERRAL_WORK,
  makesReferrals,
  OPERATION_ENTITIES,
  ORIENTATION_ENTITIES,
  PARTNER_ANSWER_ENTITIES,
  PARTNER_ANSWER_TIMELINE,
  PARTNER_ANSWER_WORK,
  RECEIVED_FLIGHT_TIMELINE,
  RECEIVED_FLIGHT_WORK,
  receivesAnswers,
  REFERRAL_ENTITIES,
  searchesOnly,
  SharePurgedProjection,
  ShareRevokedProjection,
  showsSteps,
} from '@liaison/casework';
import type { Agency } from '@liaison/kernel';
import { Module } from '@nestjs/common';
import { AddAttachmentHandler } from './attachment/add-attachment.handler';
import { NoticeAttachmentController } from './attachment/attachment.controller';
import { contactPointOf } from './breach/breach';
import { BreachController } from './breach/breach.controller';
import { BreachRow } from './breach/breach.entity';
import { ReflectionPeriodBreachedProjection } from './breach/reflection-period-breached.projection';
import { CHANGE_READERS, OVERDUE_CHANGES } from './change-readers';
import { AllCases } from './cases';
import { PoliceExport } from './exported';
import { AmendNoticeHandler } from './notice/amend-notice.handler';
import { Changing } from './notice/changing';
import { DeliveryReader } from './notice/delivery.reader';
import { DiscardNoticeHandler } from './notice/discard-notice.handler';
import { DraftController } from './notice/draft.controller';
import { EditNoticeHandler } from './notice/edit-notice.handler';
import { IssueNoticeHandler } from './notice/issue-notice.handler';
import { IssuedCases } from './notice/issued-case';
import { Issuing } from './notice/issuing';
import { Lookalikes } from './notice/lookalikes';
import { MoveNoticeHandler } from './notice/move-notice.handler';
import { NoticeAcknowledgedProjection } from './notice/notice-acknowledged.projection';
import { NoticeLifecycleController } from './notice/notice-lifecycle.controller';
import { NoticeController } from './notice/notice.controller';
import { NoticeAcknowledgement, NoticeChange, NoticeRow } from './notice/notice.entity';
import { NoticeReader } from './notice/notice.reader';
import { RecordConsentHandler } from './notice/record-consent.handler';
import { RecallNoticeHandler } from './notice/recall-notice.handler';
import { WithdrawNoticeHandler } from './notice/withdraw-notice.handler';
import { WriteNoticeHandler } from './notice/write-notice.handler';
import { AUTHORS, READERS } from './roles';
import { AnsweringOpinions } from './opinion-request/answering';
import { OpinionRequestController } from './opinion-request/opinion-request.controller';
import { OpinionRequestRow } from './opinion-request/opinion-request.entity';
import { OpinionReader } from './opinion-request/opinion-request.reader';
import { OpinionRequestedProjection } from './opinion-request/opinion-requested.projection';
import { RefuseOpinionHandler } from './opinion-request/refuse-opinion.handler';
import { OwnMetrics } from './own-metrics';
import { PoliceSharedContent } from './shared-content';
import { TIMELINE } from './timeline';
import { WORK } from './work';

const REFERRALS = makesReferrals({ authors: AUTHORS, readers: READERS });
const ANSWERS = receivesAnswers({ readers: READERS });
const FLIGHTS = hearsOfFlights({ readers: READERS });
const OPERATIONS = announcesOperations({ authors: AUTHORS, readers: READERS });
const ORIENTATIONS = asksForOrientation({ authors: AUTHORS });
const STEPS = showsSteps({ readers: READERS, sources: [AnsweredSteps] });

@Module({
  imports: [
    AgencyModule.forRoot({
      service: 'police',
      entities: [
        NoticeRow,
        NoticeChange,
        NoticeAcknowledgement,
        BreachRow,
        OpinionRequestRow,
        ...REFERRAL_ENTITIES,
        ...PARTNER_ANSWER_ENTITIES,
        ...OPERATION_ENTITIES,
        ...FLIGHT_ENTITIES,
        ...ORIENTATION_ENTITIES,
      ],
      changeReaders: CHANGE_READERS,
      overdueChanges: OVERDUE_CHANGES,
    }),
    CaseworkModule.forRoot({
      roles: READERS,
      register: AllCases,
      work: [
        ...WORK,
        ...RECEIVED_FLIGHT_WORK,
        ...MADE_REFERRAL_WORK,
        ...ANNOUNCED_OPERATION_WORK,
        ...PARTNER_ANSWER_WORK,
      ],
      timeline: [
        ...TIMELINE,
        ...MADE_REFERRAL_TIMELINE,
        ...PARTNER_ANSWER_TIMELINE,
        ...RECEIVED_FLIGHT_TIMELINE,
        ...ASKED_ORIENTATION_TIMELINE,
      ],
      sharedContent: PoliceSharedContent,
      consentEnding: AskedConsentEnded,
      exported: PoliceExport,
      links: READERS,
      exchanges: ASKED_ORIENTATION_EXCHANGES,
      urgent: AUTHORS,
    }),
  ],
  controllers: [
    NoticeAttachmentController,
    NoticeController,
    DraftController,
    NoticeLifecycleController,
    NoticeAcknowledgedProjection,
    BreachController,
    ReflectionPeriodBreachedProjection,
    OpinionRequestController,
    OpinionRequestedProjection,
    ShareRevokedProjection,
    SharePurgedProjection,
    ...REFERRALS.controllers,
    ...ANSWERS.controllers,
    ...OPERATIONS.controllers,
    ...FLIGHTS.controllers,
    ...ORIENTATIONS.controllers,
    ...STEPS.controllers,
  ],
  providers: [
    {
      provide: ATTACHMENT_UNIT,
      inject: [AGENCY],
      useFactory: (agency: Agency) => contactPointOf(agency) ?? agency.id,
    },
    AddAttachmentHandler,
    WriteNoticeHandler,
    EditNoticeHandler,
    DiscardNoticeHandler,
    IssueNoticeHandler,
    AmendNoticeHandler,
    MoveNoticeHandler,
    WithdrawNoticeHandler,
    RecordConsentHandler,
    RecallNoticeHandler,
    Changing,
    IssuedCases,
    Issuing,
    Lookalikes,
    NoticeReader,
    DeliveryReader,
    AnsweringOpinions,
    RefuseOpinionHandler,
    OpinionReader,
    OwnMetrics,
    ...REFERRALS.providers,
    ...ANSWERS.providers,
    ...OPERATIONS.providers,
    ...FLIGHTS.providers,
    ...ORIENTATIONS.providers,
    ...STEPS.providers,
    searchesOnly,
  ],
})
export class AppModule {}
