import type { MigrationClass, Role } from '@liaison/platform';
import type { Provider, Type } from '@nestjs/common';
import { ShareRevokedProjection } from '../after-sharing/share.projections';
import { ATTACHMENT_UNIT } from '../attachments/attachment-unit';
import { DeskConfig } from '../desk-config';
import { openTo } from '../open-to';
import { ReceivedNotice1790000048000 } from './1790000048000-received-notice';
import { ReceivedNoticeCase1790000054000 } from './1790000054000-received-notice-case';
import { AcknowledgeNoticeHandler } from './acknowledge-notice.handler';
import { NoticeEndedProjection } from './notice-ended.projection';
import { NO_EFFECTS, NOTICE_DECIDERS, NOTICE_EFFECTS, type NoticeEffects } from './notice-effects';
import { NoticeIssuedProjection } from './notice-issued.projection';
import { AcknowledgeNoticeController, ReceivedNoticeController } from './notice.controller';
import { NoticeContentReader } from './notice-content.reader';
import { NoticeQueryReader } from './notice-query.reader';
import { NoticeReader } from './notice.reader';
import type { AcknowledgingRole } from './notice';

type Roles = readonly [Role, ...Role[]];

/** What has become of the tables of received notices since every recipient shares them. */
export const SHARED_NOTICE_MIGRATIONS: readonly MigrationClass[] = [ReceivedNoticeCase1790000054000];

/** Tables of received notices, for the migrations of whoever receives them; a préfecture has had its own for longer. */
export const RECEIVED_NOTICE_MIGRATIONS: readonly MigrationClass[] = [
  ReceivedNotice1790000048000,
  ...SHARED_NOTICE_MIGRATIONS,
];

/** What a service puts into its module. */
interface Parts {
  readonly controllers: readonly Type<object>[];
  readonly providers: readonly Provider[];
}

/**
 * Of a service that notices come to: its inbox, reading, taking note. The service has `receivedNoticeTable` among what others shared,
 * and `ReceivedNoticeCases` among its cases.
 * @param deciders whose taking note counts
 * @param effects what of the service's own hangs on a notice
 */
export const receivesNotices = ({
  readers,
  deciders,
  effects,
}: {
  readonly readers: Roles;
  readonly deciders: readonly [AcknowledgingRole, ...AcknowledgingRole[]];
  readonly effects?: Type<NoticeEffects>;
}): Parts => ({
  controllers: [
    openTo(readers, ReceivedNoticeController),
    openTo(deciders, AcknowledgeNoticeController),
    NoticeIssuedProjection,
    NoticeEndedProjection,
    ShareRevokedProjection,
  ],
  providers: [
    {
      provide: ATTACHMENT_UNIT,
      inject: [DeskConfig],
      useFactory: ({ defaultUnit }: DeskConfig) => defaultUnit,
    },
    { provide: NOTICE_DECIDERS, useValue: deciders },
    { provide: NOTICE_EFFECTS, ...(effects ? { useClass: effects } : { useValue: NO_EFFECTS }) },
    NoticeReader,
    NoticeContentReader,
    NoticeQueryReader,
    AcknowledgeNoticeHandler,
  ],
});
