export { Acts } from './acts';
export { AgencyModule } from './agency/agency.module';
export {
  AGENCY_MIGRATIONS,
  type AgencyServiceOptions,
  openAgencyService,
  startAgencyService,
} from './agency/start-agency-service';
export { describeMetrics } from './agency/describe-metrics';
export { describeCaseworkMetrics } from './after-sharing/observe-revocations';
export { migrateAgency } from './agency/migrate-agency';
export { printOpenApi } from './agency/print-open-api';
export { AGENCY, BROKER, CLOCK, DIRECTORY, MESSAGING } from './agency/tokens';
export { type ChangeReaders } from './changes/change-feed';
export { OverdueChanges } from './changes/overdue-changes';
export { unwatchTable, watchTable, type WatchedTable } from './changes/watch-table';
export { ASSIGNMENT_MACHINE } from './assignment/machine';
export {
  type CaseDocument,
  type CaseRegister,
  type CaseStanding,
  type CaseVersion,
  type HeldCase,
  STANDS,
  type HeldDocument,
} from './cases/case-register';
export { Cases, type ReadableCase } from './cases/cases';
export { SeveralRegisters } from './cases/several-registers';
export { CONSENT_KINDS, saidOn } from './consent/consent';
export { Consents } from './consent/consents';
export { consentFacts, consentsOf, takeConsents } from './consent/consents-of-case';
export { DeskConfig } from './desk-config';
export { observeBreakGlass } from './break-glass/observe-break-glass';
export { openUntil } from './break-glass/openings';
export { URGENT_ASKED_MACHINE, URGENT_RECEIVED_MACHINE } from './urgent-request/machine';
export { URGENT_SHARED_TABLES } from './urgent-request/shared-tables';
export { URGENT_OVERDUE_CHANGES } from './urgent-request/sources';
export { CASEWORK_MIGRATIONS, CaseworkModule } from './casework.module';
export { addDuration, endOfLegalDay, legalDay, zoneOf } from './legal-day';
export type { WorkSource } from './desk/work-source';
export type { ReceivedEntries, RecordEntries, TimelineSource } from './timeline/timeline';
export { foldName, namePartsOf, soundOf } from './names/fold-name';
export { type Likeness, likenessOf, nameKeysOf, type WrittenName } from './names/likeness';
export { actRecord, readingRecord } from './policy/act-records';
export { AgencyPolicy, type Disclosure } from './policy/agency-policy';
export { type CaseFacts, type Consent, CONSENT_VALUES, factsAt } from './policy/case-facts';
export { decidedFields } from './policy/decided-fields';
export { factsOfCase, lockCase } from './policy/facts-of-case';
export { isContactPoint } from './policy/relations';
export { FieldSourceView } from './provenance/field-source.dto';
export { type SeenVersion, sourceViews } from './provenance/field-sources';
export {
  askedBy,
  type AskedField,
  jsonPathOf,
  type QueriedOrigin,
  QueryGate,
  type QueryUse,
} from './query/query-gate';
export { referenceProblems } from './reference/reference-problems';
export { isPrintable, openDocument } from './print/document';
export { forgetSearchTerms, type SearchedDocument, storeSearchTerms } from './search/search-terms';
export { serveTogether } from './serve-together';
export { type Machine, stateDiagram } from './state-diagram';
export { AddAttachmentQuery, AddedAttachment } from './attachments/attachment.dto';
export { AttachmentAddedProjection } from './attachments/attachment-added.projection';
export { ATTACHMENT_UNIT } from './attachments/attachment-unit';
export { AfterSharingSweep } from './after-sharing/after-sharing.sweep';
export { OnwardShares } from './after-sharing/onward-shares';
export { Revocations } from './after-sharing/revocations';
export { SharePurgedProjection, ShareRevokedProjection } from './after-sharing/share.projections';
export { ShareOrders } from './after-sharing/share-orders';
export {
  addRevokedFields,
  dropRevokedFields,
  purgedFields,
  restrictedFields,
  type RevokedFields,
  revokedFieldsEntries,
} from './after-sharing/revoked-fields';
export {
  type HeldShare,
  type Purging,
  type Restricting,
  SHARED_CONTENT,
  type SharedContent,
} from './after-sharing/shared-content';
export { sharedStanding, SharedStanding } from './after-sharing/shared-standing.dto';
export { SeveralSharedContents } from './after-sharing/several-shared-contents';
export { type SharedTable, SharedTables } from './after-sharing/shared-tables';
export { FORGET_TERMS_OF } from './search/search-terms';
export { StatedMeasures } from './link/stated-measures';
export { protectAnswers } from './urgent-request/answers-of-case';
export { ForgetAnswersSweep } from './forget-answers.sweep';
export { Sweep } from './sweep';
export { Attachments } from './attachments/attachments';
export { type CheckedFile, readFile } from './attachments/read-file';
export { type ExportedRecords, type ExportSource, ownFields } from './export/export-source';
export { SeveralExports } from './export/several-exports';
export { PartnerAnswer1790000042500 } from './partner-answer/1790000042500-partner-answer';
export { AnswerRevokedFields1790000042990 } from './partner-answer/1790000042990-answer-revoked-fields';
export { PartnerAnswerExport } from './partner-answer/partner-answer-export';
export {
  GIVEN_ANSWER_TIMELINE,
  PARTNER_ANSWER_SHARED_TABLES,
  PARTNER_ANSWER_TIMELINE,
  PARTNER_ANSWER_WORK,
} from './partner-answer/partner-answer-sources';
export { PARTNER_ANSWER_ENTITIES } from './partner-answer/partner-answer.entity';
export { givesAnswers, receivesAnswers } from './partner-answer/partner-answers';
export { PartnerConfig } from './partner-answer/partner-config';
export { FlightCases } from './flight/flight-cases';
export { FlightExport } from './flight/flight-export';
export { type FlightSubject, FlightSubjects } from './flight/flight-subjects';
export {
  FLIGHT_SHARED_TABLES,
  FLIGHT_TIMELINE,
  FLIGHT_WORK,
  OVERDUE_FLIGHTS,
  OVERDUE_RECEIVED_FLIGHTS,
  RECEIVED_FLIGHT_TIMELINE,
  RECEIVED_FLIGHT_WORK,
} from './flight/flight-sources';
export { FLIGHT_ENTITIES, FlightRow, ReceivedFlightRow } from './flight/flight.entity';
export { FlightSweep } from './flight/flight.sweep';
export { FLIGHT_MIGRATIONS, hearsOfFlights, reportsFlights, searchesOnly } from './flight/flights';
export { RECEIVED_FLIGHT_MACHINE } from './flight/machines';
export { LINK_MACHINE } from './link/machine';
export { describeFlightMetrics } from './flight/observe-flights';
export { ConsentInDelivery } from './consent/consent-in-delivery';
export { DAY, IsDay } from './dto';
export { SupportReceived1790000053100 } from './support/1790000053100-support-received';
export { SupportReported1790000053000 } from './support/1790000053000-support-reported';
export { MadeSupportExport, ReceivedSupportExport } from './support/support-export';
export { hearsOfSupport, reportsSupport } from './support/support-parts';
export {
  RECEIVED_SUPPORT_SHARED_TABLES,
  RECEIVED_SUPPORT_TIMELINE,
  RECEIVED_SUPPORT_WORK,
  SUPPORT_TIMELINE,
} from './support/support-sources';
export { RECEIVED_SUPPORT_ENTITIES, SUPPORT_ENTITIES } from './support/support.entity';
export { AnsweredSteps, ReportedSteps } from './steps/event-steps';
export { showsSteps } from './steps/steps.controller';
export { OrientationAsked1790000046000 } from './orientation/1790000046000-orientation-asked';
export { ORIENTATION_PURPOSE } from './orientation/orientation';
export { ConsentView } from './orientation/orientation-asked.dto';
export { ORIENTATION_ENTITIES } from './orientation/orientation-asked.entity';
export { AskedConsentEnded } from './orientation/asked-consent-ended';
export {
  ASKED_ORIENTATION_EXCHANGES,
  ASKED_ORIENTATION_TIMELINE,
  asksForOrientation,
} from './orientation/orientations';
export { requireContent } from './reference/require-content';
export { ORIENTATION_CONTACT } from './policy/relations';
export { Operation1790000043500 } from './operation/1790000043500-operation';
export { OPERATION_MACHINE, RECEIVED_OPERATION_MACHINE } from './operation/machines';
export { OPERATION_ENTITIES } from './operation/operation.entity';
export {
  ANNOUNCED_OPERATION_WORK,
  EXPIRED_OPERATIONS,
  RECEIVED_OPERATION_WORK,
} from './operation/operation-sources';
export { announcesOperations, preparesForOperations } from './operation/operations';
export { NOTICE_STANDINGS, type NoticeStanding, noticeVoided } from './received-notice/notice';
export { type NoticeItem, type NoticeView } from './received-notice/notice.dto';
export { type NoticeEffects } from './received-notice/notice-effects';
export { ReceivedNotice } from './received-notice/notice.entity';
export { getReceivedNotice, requireReadableNotice } from './received-notice/notice.reader';
export { ReceivedNoticeExport } from './received-notice/received-notice-export';
export { ReceivedNoticeShares } from './received-notice/received-notice-shares';
export { ReceivedNoticeCases } from './received-notice/received-notice-cases';
export {
  RECEIVED_NOTICE_TIMELINE,
  RECEIVED_NOTICE_WORK,
  receivedNoticeTable,
} from './received-notice/received-notice-sources';
export {
  RECEIVED_NOTICE_MIGRATIONS,
  receivesNotices,
  SHARED_NOTICE_MIGRATIONS,
} from './received-notice/received-notices';
export { RECEIVED_REFERRAL_MACHINE, REFERRAL_MACHINE } from './referral/machines';
export { factsOfReferral, type ReferralProtection } from './referral/referral';
export { describeReferralMetrics } from './referral/observe-referrals';
export { ReceivedReferralRow, REFERRAL_ENTITIES } from './referral/referral.entity';
export { ReferralCases } from './referral/referral-cases';
export { ReferralExport } from './referral/referral-export';
export { ReferralSharedContent } from './referral/referral-shared-content';
export {
  MADE_REFERRAL_TIMELINE,
  MADE_REFERRAL_WORK,
  OVERDUE_MADE_REFERRALS,
  OVERDUE_RECEIVED_REFERRALS,
  RECEIVED_REFERRAL_TIMELINE,
  RECEIVED_REFERRAL_WORK,
} from './referral/referral-sources';
export { makesReferrals, receivesReferrals, REFERRAL_MIGRATIONS } from './referral/referrals';
export { ContentsIds, ContentsLimit, pageOfReadable, USUAL_CONTENTS } from './query/contents';
export { newestMade, newestReceived } from './query/newest-first';
