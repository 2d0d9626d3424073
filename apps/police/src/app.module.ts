import { AgencyModule } from '@liaison/casework';
import { Module } from '@nestjs/common';
import { BreachController } from './breach/breach.controller';
import { BreachRow } from './breach/breach.entity';
import { ReflectionPeriodBreachedProjection } from './breach/reflection-period-breached.projection';
import { DeliveryReader } from './notice/delivery.reader';
import { EditNoticeHandler } from './notice/edit-notice.handler';
import { IssueNoticeHandler } from './notice/issue-notice.handler';
import { Issuing } from './notice/issuing';
import { NoticeAcknowledgedProjection } from './notice/notice-acknowledged.projection';
import { NoticeController } from './notice/notice.controller';
import { NoticeAcknowledgement, NoticeRow } from './notice/notice.entity';
import { NoticeReader } from './notice/notice.reader';
import { WriteNoticeHandler } from './notice/write-notice.handler';

@Module({
  imports: [
    AgencyModule.forRoot({ service: 'police', entities: [NoticeRow, NoticeAcknowledgement, BreachRow] }),
  ],
  controllers: [
    NoticeController,
    NoticeAcknowledgedProjection,
    BreachController,
    ReflectionPeriodBreachedProjection,
  ],
  providers: [
    WriteNoticeHandler,
    EditNoticeHandler,
    IssueNoticeHandler,
    Issuing,
    NoticeReader,
    DeliveryReader,
  ],
})
export class AppModule {}
