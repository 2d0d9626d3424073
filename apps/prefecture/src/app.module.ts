import {
  AgencyModule,
  AttachmentAddedProjection,
  CaseworkModule,
  hearsOfSupport,
  receivesNotices,
  ReportedSteps,
  SharePurgedProjection,
  showsSteps,
} from '@liaison/casework';
import { Module } from '@nestjs/common';
import { ExtractController } from './agdref/extract.controller';
import { ExtractHandler } from './agdref/extract.handler';
import { CHANGE_READERS, OVERDUE_CHANGES } from './change-readers';
import { PrefectureCases } from './cases';
import { PrefectureExport } from './exported';
import { ENTITIES } from './entities';
import { PrefectureNoticeEffects } from './notice/notice-effects';
import { AskOpinionHandler } from './opinion-request/ask-opinion.handler';
import { OpinionAnsweredProjection } from './opinion-request/opinion-answered.projection';
import { OpinionRequestController } from './opinion-request/opinion-request.controller';
import { OpinionReader } from './opinion-request/opinion-request.reader';
import { OverdueOpinions } from './opinion-request/overdue.metric';
import { OwnRecords } from './own-records';
import { PermitController } from './permit/permit.controller';
import { PermitHandler } from './permit/permit.handler';
import { PermitReader } from './permit/permit.reader';
import { BreachHandler } from './reflection-period/breach.handler';
import { ReflectionPeriodController } from './reflection-period/reflection-period.controller';
import { ReflectionPeriodHandler } from './reflection-period/reflection-period.handler';
import { ReflectionPeriodReader } from './reflection-period/reflection-period.reader';
import { BREAKERS, CASEWORKERS, DECIDERS, READERS } from './roles';
import { PrefectureSharedContent } from './shared-content';
import { StatisticsController } from './statistics/statistics.controller';
import { TIMELINE } from './timeline';
import { WORK } from './work';

const NOTICES = receivesNotices({
  readers: READERS,
  deciders: DECIDERS,
  effects: PrefectureNoticeEffects,
});

const SUPPORT = hearsOfSupport({ readers: CASEWORKERS });
const STEPS = showsSteps({ readers: READERS, sources: [ReportedSteps] });

@Module({
  imports: [
    AgencyModule.forRoot({
      service: 'prefecture',
      entities: ENTITIES,
      changeReaders: CHANGE_READERS,
      overdueChanges: OVERDUE_CHANGES,
    }),
    CaseworkModule.forRoot({
      roles: READERS,
      register: PrefectureCases,
      work: WORK,
      timeline: TIMELINE,
      sharedContent: PrefectureSharedContent,
      exported: PrefectureExport,
      links: CASEWORKERS,
      breakGlass: BREAKERS,
      urgent: DECIDERS,
    }),
  ],
  controllers: [
    ...NOTICES.controllers,
    ...SUPPORT.controllers,
    ...STEPS.controllers,
    AttachmentAddedProjection,
    SharePurgedProjection,
    ReflectionPeriodController,
    PermitController,
    StatisticsController,
    ExtractController,
    OpinionRequestController,
    OpinionAnsweredProjection,
  ],
  providers: [
    ...NOTICES.providers,
    ...SUPPORT.providers,
    ...STEPS.providers,
    OwnRecords,
    ReflectionPeriodReader,
    ReflectionPeriodHandler,
    BreachHandler,
    PermitReader,
    PermitHandler,
    ExtractHandler,
    OpinionReader,
    AskOpinionHandler,
    OverdueOpinions,
  ],
})
export class AppModule {}
