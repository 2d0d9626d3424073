import type { Agency } from '@liaison/kernel';
import type { MigrationClass, Role } from '@liaison/platform';
import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { AGENCY } from './agency/tokens';
import { AfterSharing1790000033100 } from './after-sharing/1790000033100-after-sharing';
import { OnwardShares1790000037500 } from './after-sharing/1790000037500-onward-shares';
import { RevokedFields1790000041500 } from './after-sharing/1790000041500-revoked-fields';
import { AfterSharingSweep } from './after-sharing/after-sharing.sweep';
import { OnwardShareMadeProjection } from './after-sharing/onward-share-made.projection';
import { ONWARD_SHARE_TIMELINE, OnwardShares } from './after-sharing/onward-shares';
import { Revocations } from './after-sharing/revocations';
import { AboutCase1790000052000 } from './consent/1790000052000-about-case';
import { CONSENT_ENDING, type ConsentEnding } from './consent/consent-ending';
import { ConsentInDelivery } from './consent/consent-in-delivery';
import { ShareOrders } from './after-sharing/share-orders';
import { SeveralSharedContents } from './after-sharing/several-shared-contents';
import { SHARED_CONTENT, type SharedContent } from './after-sharing/shared-content';
import { AssignmentController, ColleagueController } from './assignment/assignment.controller';
import { AssignmentHandler } from './assignment/assignment.handler';
import { Colleagues } from './assignment/colleagues';
import { Attachments1790000023030 } from './attachments/1790000023030-attachments';
import { DamagedAttachments1790000036500 } from './attachments/1790000036500-damaged-attachments';
import { AttachmentController } from './attachments/attachment.controller';
import { Attachments } from './attachments/attachments';
import { AttachmentMetrics } from './attachments/observe-attachments';
import { ATTACHMENT_TIMELINE, ATTACHMENT_WORK } from './attachments/sources';
import { BreakGlass1790000034000 } from './break-glass/1790000034000-break-glass';
import { BreakGlassPurpose1790000047100 } from './break-glass/1790000047100-break-glass-purpose';
import { BreakGlassRetention1790000037100 } from './break-glass/1790000037100-break-glass-retention';
import {
  BreakGlassController,
  OpenBreakGlassController,
  ToldBreakGlassController,
} from './break-glass/break-glass.controller';
import { BreakGlassHandler } from './break-glass/break-glass.handler';
import { ToldBreakGlassHandler } from './break-glass/told-break-glass.handler';
import { BreakGlassTerms } from './break-glass/break-glass-terms';
import { BreakGlassOpenedProjection } from './break-glass/break-glass-opened.projection';
import { BreakGlassMetrics } from './break-glass/observe-break-glass';
import { BREAK_GLASS_TIMELINE, BREAK_GLASS_WORK } from './break-glass/sources';
import { CASE_REGISTER, type CaseRegister } from './cases/case-register';
import { Cases } from './cases/cases';
import { Consent1790000047000 } from './consent/1790000047000-consent';
import { ConsentController } from './consent/consent.controller';
import { CONSENT_TIMELINE, Consents } from './consent/consents';
import { ContactPointController } from './contact-points/contact-point.controller';
import { DeskChanges1790000030000 } from './changes/1790000030000-desk-changes';
import { DeskController, DeskFilterController } from './desk/desk.controller';
import { Desk } from './desk/desk';
import { DeskFilters } from './desk/desk-filters';
import { WORK_SOURCES, type WorkSource } from './desk/work-source';
import { CaseExportController } from './export/case-export.controller';
import { CaseExports } from './export/case-exports';
import { EXPORT_SOURCE, type ExportSource } from './export/export-source';
import { SeveralExports } from './export/several-exports';
import { PersonLink1790000056000 } from './link/1790000056000-person-link';
import { EXCHANGE_SOURCES } from './link/exchange-sources';
import { LinkController } from './link/link.controller';
import { LinkExport } from './link/link-export';
import { LinkReader } from './link/link.reader';
import { LINK_TIMELINE, LINK_WORK, SharedLinks } from './link/link-sources';
import { LinksOnConsent } from './link/links-on-consent';
import { PersonLinkedProjection } from './link/person-linked.projection';
import { PersonLinks } from './link/person-links';
import { StatedMeasures } from './link/stated-measures';
import { NoteController } from './notes/note.controller';
import { Notes } from './notes/notes';
import { ForgetAnswersSweep } from './forget-answers.sweep';
import { openTo } from './open-to';
import { AskedFieldsGuard } from './query/asked-fields.guard';
import { QueryGate } from './query/query-gate';
import { ReferenceController } from './reference/reference.controller';
import { Casework1790000022000 } from './schema/1790000022000-casework';
import { Desk1790000022100 } from './schema/1790000022100-desk';
import { SearchController } from './search/search.controller';
import { Search } from './search/search';
import { TimelineController } from './timeline/timeline.controller';
import { Timeline, TIMELINE_SOURCES, type TimelineSource } from './timeline/timeline';
import { UrgentRequest1790000037000 } from './urgent-request/1790000037000-urgent-request';
import { UrgentAfterSharing1790000040500 } from './urgent-request/1790000040500-urgent-after-sharing';
import { UrgentWithdrawal1790000050000 } from './urgent-request/1790000050000-urgent-withdrawal';
import { AnswerUrgentHandler } from './urgent-request/answer-urgent.handler';
import { AskUrgentlyHandler } from './urgent-request/ask-urgently.handler';
import { UrgentRequestMetrics } from './urgent-request/observe-urgent-requests';
import { URGENT_TIMELINE, URGENT_WORK } from './urgent-request/sources';
import {
  AnswerUrgentController,
  AskUrgentlyController,
  UrgentReceivedController,
  UrgentRequestController,
} from './urgent-request/urgent-request.controller';
import { UrgentRequestProjection } from './urgent-request/urgent-request.projections';
import { UrgentRequestReader } from './urgent-request/urgent-request.reader';
import { WithdrawUrgentHandler } from './urgent-request/withdraw-urgent.handler';

/** Tables of `CaseworkModule`, for the migrations of every service that has caseworkers. */
export const CASEWORK_MIGRATIONS: readonly MigrationClass[] = [
  Casework1790000022000,
  Desk1790000022100,
  Attachments1790000023030,
  DeskChanges1790000030000,
  AfterSharing1790000033100,
  BreakGlass1790000034000,
  DamagedAttachments1790000036500,
  UrgentRequest1790000037000,
  BreakGlassRetention1790000037100,
  OnwardShares1790000037500,
  UrgentAfterSharing1790000040500,
  RevokedFields1790000041500,
  Consent1790000047000,
  BreakGlassPurpose1790000047100,
  UrgentWithdrawal1790000050000,
  AboutCase1790000052000,
  PersonLink1790000056000,
];

export interface CaseworkOptions {
  /** Who works here: whoever may read cases. */
  readonly roles: readonly [Role, ...Role[]];
  /** Where this service keeps its cases. */
  readonly register: Type<CaseRegister>;
  /** What waits for caseworkers here. */
  readonly work: readonly WorkSource[];
  /** What happens to a case: see `TIMELINE_SOURCES`. */
  readonly timeline: readonly TimelineSource[];
  /** Where this service keeps what others shared with it; absent: it keeps nothing of them that is revoked. */
  readonly sharedContent?: Type<SharedContent>;
  /** What else ends here where the person of a case no longer agrees; absent: nothing but what was sent. */
  readonly consentEnding?: Type<ConsentEnding>;
  /** What an export has of this service's own records. */
  readonly exported: Type<ExportSource>;
  /** Who says that two cases are one person, as far as conventions let the agency, and hears of it. */
  readonly links: readonly [Role, ...Role[]];
  /** What else is exchanged about cases here, for links: see `EXCHANGE_SOURCES`. Absent: nothing. */
  readonly exchanges?: readonly string[];
  /** Who may open in an emergency what is withheld from them. Absent: nobody, for this service has no reading that heeds it. */
  readonly breakGlass?: readonly [Role, ...Role[]];
  /** Who may ask other agencies in an emergency, and answer them. Absent: nobody, and nothing of it is taken. */
  readonly urgent?: readonly [Role, ...Role[]];
}

/** What every service with caseworkers has: desk, search, timeline, who has which case, internal notes, lists of codes. */
@Module({})
export class CaseworkModule {
  static forRoot(options: CaseworkOptions): DynamicModule {
    const { roles, register, work, timeline, sharedContent, exported, links, breakGlass, urgent } = options;
    const { consentEnding, exchanges = [] } = options;
    return {
      module: CaseworkModule,
      controllers: [
        ...CONTROLLERS.map((controller) => openTo(roles, controller)),
        BreakGlassOpenedProjection,
        OnwardShareMadeProjection,
        openTo(links, LinkController),
        PersonLinkedProjection,
        ...(breakGlass
          ? [openTo(breakGlass, OpenBreakGlassController), openTo(roles, BreakGlassController)]
          : []),
        ...(urgent
          ? [
              openTo(urgent, AskUrgentlyController),
              openTo(urgent, AnswerUrgentController),
              openTo(roles, UrgentRequestController),
              openTo(roles, UrgentReceivedController),
              UrgentRequestProjection,
            ]
          : []),
      ],
      providers: [
        { provide: CASE_REGISTER, useClass: register },
        Cases,
        {
          provide: WORK_SOURCES,
          useValue: [...work, ...ATTACHMENT_WORK, ...BREAK_GLASS_WORK, ...URGENT_WORK, ...LINK_WORK],
        },
        {
          provide: TIMELINE_SOURCES,
          useValue: [
            ...timeline,
            ...ATTACHMENT_TIMELINE,
            ...BREAK_GLASS_TIMELINE,
            ...URGENT_TIMELINE,
            ...ONWARD_SHARE_TIMELINE,
            ...CONSENT_TIMELINE,
            ...LINK_TIMELINE,
          ],
        },
        { provide: EXCHANGE_SOURCES, useValue: exchanges },
        LinkReader,
        LinksOnConsent,
        PersonLinks,
        StatedMeasures,
        exported,
        {
          provide: EXPORT_SOURCE,
          inject: [exported, LinkReader],
          useFactory: (own: ExportSource, reader: LinkReader) =>
            new SeveralExports([own, new LinkExport(reader)]),
        },
        AssignmentHandler,
        BreakGlassHandler,
        ToldBreakGlassHandler,
        CaseExports,
        ...(breakGlass ? [BreakGlassMetrics] : []),
        ...(urgent
          ? [
              AskUrgentlyHandler,
              WithdrawUrgentHandler,
              AnswerUrgentHandler,
              UrgentRequestReader,
              UrgentRequestMetrics,
            ]
          : []),
        Colleagues,
        Consents,
        Desk,
        DeskFilters,
        Notes,
        QueryGate,
        { provide: APP_INTERCEPTOR, useClass: AskedFieldsGuard },
        Attachments,
        AttachmentMetrics,
        Search,
        Timeline,
        ...(consentEnding ? [{ provide: CONSENT_ENDING, useClass: consentEnding }] : []),
        ...(sharedContent ? [sharedContent] : []),
        {
          provide: SHARED_CONTENT,
          inject: [AGENCY, ...(sharedContent ? [sharedContent] : [])],
          useFactory: (agency: Agency, ...own: SharedContent[]) =>
            new SeveralSharedContents([...own, new SharedLinks(agency)]),
        },
        Revocations,
        ConsentInDelivery,
        ShareOrders,
        BreakGlassTerms,
        OnwardShares,
        AfterSharingSweep,
        ForgetAnswersSweep,
      ],
      exports: [
        Attachments,
        CASE_REGISTER,
        Cases,
        ConsentInDelivery,
        Consents,
        QueryGate,
        Revocations,
        ShareOrders,
        StatedMeasures,
      ],
    };
  }
}

const CONTROLLERS: readonly Type<object>[] = [
  DeskController,
  DeskFilterController,
  SearchController,
  AssignmentController,
  AttachmentController,
  CaseExportController,
  ColleagueController,
  ConsentController,
  ContactPointController,
  NoteController,
  ReferenceController,
  TimelineController,
  ToldBreakGlassController,
];
