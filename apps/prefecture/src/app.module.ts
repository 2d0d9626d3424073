import { AgencyModule } from '@liaison/casework';
import { Module } from '@nestjs/common';
import { AcknowledgeNoticeHandler } from './notice/acknowledge-notice.handler';
import { NoticeIssuedProjection } from './notice/notice-issued.projection';
import { NoticeController } from './notice/notice.controller';
import { ReceivedNotice } from './notice/notice.entity';
import { NoticeReader } from './notice/notice.reader';

@Module({
  imports: [AgencyModule.forRoot({ service: 'prefecture', entities: [ReceivedNotice] })],
  controllers: [NoticeController, NoticeIssuedProjection],
  providers: [NoticeReader, AcknowledgeNoticeHandler],
})
export class AppModule {}
