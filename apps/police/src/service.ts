import {
  type AgencyServiceOptions,
  AnswerRevokedFields1790000042990,
  CASEWORK_MIGRATIONS,
  FLIGHT_MIGRATIONS,
  Operation1790000043500,
  OrientationAsked1790000046000,
  PartnerAnswer1790000042500,
  REFERRAL_MIGRATIONS,
} from '@liaison/casework';
import { AppModule } from './app.module';
import { DiscardedAttachments1790000059000 } from './migrations/1790000059000-discarded-attachments';
import { NameKey1790000020000 } from './migrations/1790000020000-name-key';
import { Notice1790000000500 } from './migrations/1790000000500-notice';
import { Breach1790000010500 } from './migrations/1790000010500-breach';
import { PoliceDesk1790000022300 } from './migrations/1790000022300-desk';
import { PoliceChanges1790000023010 } from './migrations/1790000023010-changes';
import { BreachNoted1790000021002 } from './migrations/1790000021002-breach-noted';
import { OpinionRequest1790000021001 } from './migrations/1790000021001-opinion-request';
import { NoticeLifecycle1790000006000 } from './migrations/1790000006000-notice-lifecycle';
import { AUTHOR_KINDS } from './notice/authorship';
import { PoliceOpinionChanges1790000030010 } from './migrations/1790000030010-opinion-changes';
import { BreachChanges1790000040600 } from './migrations/1790000040600-breach-changes';
import { PoliceRevokedFields1790000041610 } from './migrations/1790000041610-revoked-fields';
import { PoliceAfterSharing1790000038000 } from './migrations/1790000038000-after-sharing';
import { PoliceFlightCases1790000058010 } from './migrations/1790000058010-flight-cases';
import { PoliceRowSecurity1790000026100 } from './migrations/1790000026100-row-security';

/** What starts, describes and tests this service. */
export const POLICE = {
  service: 'police',
  module: AppModule,
  kinds: AUTHOR_KINDS,
  migrations: [
    Notice1790000000500,
    NoticeLifecycle1790000006000,
    Breach1790000010500,
    NameKey1790000020000,
    OpinionRequest1790000021001,
    BreachNoted1790000021002,
    ...CASEWORK_MIGRATIONS,
    PoliceDesk1790000022300,
    PoliceChanges1790000023010,
    PoliceRowSecurity1790000026100,
    PoliceOpinionChanges1790000030010,
    PoliceAfterSharing1790000038000,
    ...REFERRAL_MIGRATIONS,
    BreachChanges1790000040600,
    PoliceRevokedFields1790000041610,
    PartnerAnswer1790000042500,
    AnswerRevokedFields1790000042990,
    Operation1790000043500,
    ...FLIGHT_MIGRATIONS,
    PoliceFlightCases1790000058010,
    DiscardedAttachments1790000059000,
    OrientationAsked1790000046000,
  ],
  openApi: {
    title: 'Police',
    version: '1',
    description:
      'Notices de renseignements of an investigating service: write them, see what each recipient would see and why, ' +
      'issue them, follow them until they are acknowledged, amend them, send them on, withdraw or recall them. Opinions that ' +
      'préfectures ask for; breaches of reflection periods. A place for an adult who agrees: ask the coordination (Ac.Sé). The desk of what is due, search, timelines, who has which case, notes that never leave.',
  },
} satisfies AgencyServiceOptions;
