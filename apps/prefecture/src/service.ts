import {
  type AgencyServiceOptions,
  CASEWORK_MIGRATIONS,
  DeskConfig,
  SHARED_NOTICE_MIGRATIONS,
  SupportReceived1790000053100,
} from '@liaison/casework';
import { AppModule } from './app.module';
import { PrefectureDesk1790000022200 } from './migrations/1790000022200-desk';
import { ReceivedNotice1790000001000 } from './migrations/1790000001000-received-notice';
import { PrefectureRows1790000001501 } from './migrations/1790000001501-whole-rows';
import { NoticeStanding1790000006500 } from './migrations/1790000006500-notice-standing';
import { VoidedNotice1790000005000 } from './migrations/1790000005000-voided-notice';
import { ReflectionPeriod1790000010000 } from './migrations/1790000010000-reflection-period';
import { Permit1790000010100 } from './migrations/1790000010100-permit';
import { ReleasedStatistics1790000010200 } from './migrations/1790000010200-released-statistics';
import { PrefectureChanges1790000023010 } from './migrations/1790000023010-changes';
import { AgdrefExtract1790000010300 } from './migrations/1790000010300-agdref-extract';
import { Reliance1790000021004 } from './migrations/1790000021004-reliance';
import { BreachVoided1790000021003 } from './migrations/1790000021003-breach-voided';
import { ExtractAgain1790000059100 } from './migrations/1790000059100-extract-again';
import { OpinionRequest1790000021000 } from './migrations/1790000021000-opinion-request';
import { PrefectureOpinionChanges1790000030020 } from './migrations/1790000030020-opinion-changes';
import { PrefectureAfterSharing1790000033200 } from './migrations/1790000033200-after-sharing';
import { PrefectureRevokedFields1790000041600 } from './migrations/1790000041600-revoked-fields';
import { AnswersAfterSharing1790000038010 } from './migrations/1790000038010-answers-after-sharing';
import { NoticesShared1790000048010 } from './migrations/1790000048010-notices-shared';
import { PrefectureRowSecurity1790000026200 } from './migrations/1790000026200-row-security';

/** What starts, describes and tests this service. */
export const PREFECTURE = {
  service: 'prefecture',
  module: AppModule,
  kinds: ['prefecture'],
  config: DeskConfig,
  migrations: [
    ReceivedNotice1790000001000,
    PrefectureRows1790000001501,
    VoidedNotice1790000005000,
    NoticeStanding1790000006500,
    ReflectionPeriod1790000010000,
    Permit1790000010100,
    ReleasedStatistics1790000010200,
    AgdrefExtract1790000010300,
    OpinionRequest1790000021000,
    BreachVoided1790000021003,
    Reliance1790000021004,
    ...CASEWORK_MIGRATIONS,
    PrefectureDesk1790000022200,
    PrefectureChanges1790000023010,
    PrefectureRowSecurity1790000026200,
    PrefectureOpinionChanges1790000030020,
    PrefectureAfterSharing1790000033200,
    AnswersAfterSharing1790000038010,
    PrefectureRevokedFields1790000041600,
    NoticesShared1790000048010,
    ...SHARED_NOTICE_MIGRATIONS,
    SupportReceived1790000053100,
    ExtractAgain1790000059100,
  ],
  openApi: {
    title: 'Préfecture',
    version: '1',
    description:
      'The desk’s inbox of notices: read them as far as your role may, acknowledge them. Reflection periods and the ' +
      'register of their receipts; applications for permits; opinions asked of the police; statistics; extracts for AGDREF. ' +
      'What associations tell, with the person’s consent, of support and lodging: find whose case it is; the steps of a case, each with who said so. ' +
      'The desk of what is due, search, timelines, who has which case, notes that never leave.',
  },
} satisfies AgencyServiceOptions;
