import { AdultPlaceDeclaredV1 } from './events/adult-place-declared.v1';
import { OrientationAnsweredV1 } from './events/orientation-answered.v1';
import { OrientationPersonNamedV1 } from './events/orientation-person-named.v1';
import { OrientationProposedV1 } from './events/orientation-proposed.v1';
import { OrientationRequestedV1 } from './events/orientation-requested.v1';
import { SupportReportedV1 } from './events/support-reported.v1';
import { AttachmentAddedV1 } from './events/attachment-added.v1';
import { AuditRecordedV1 } from './events/audit-recorded.v1';
import { AuditRecordedV2 } from './events/audit-recorded.v2';
import { BreakGlassOpenedV1 } from './events/break-glass-opened.v1';
import { CompetenceAnsweredV1 } from './events/competence-answered.v1';
import { CompetenceClaimedV1 } from './events/competence-claimed.v1';
import { CompetenceDecidedV1 } from './events/competence-decided.v1';
import { CompetenceEscalatedV1 } from './events/competence-escalated.v1';
import { CompetenceHandedOverV1 } from './events/competence-handed-over.v1';
import { CompetenceTakenOverV1 } from './events/competence-taken-over.v1';
import { FlightAcknowledgedV1 } from './events/flight-acknowledged.v1';
import { FlightEndedV1 } from './events/flight-ended.v1';
import { FlightFoundV1 } from './events/flight-found.v1';
import { FlightOverdueV1 } from './events/flight-overdue.v1';
import { FlightReportedV1 } from './events/flight-reported.v1';
import { NoticeAcknowledgedV1 } from './events/notice-acknowledged.v1';
import { NoticeAmendedV1 } from './events/notice-amended.v1';
import { NoticeIssuedV1 } from './events/notice-issued.v1';
import { NoticeIssuedV2 } from './events/notice-issued.v2';
import { NoticeRecalledV1 } from './events/notice-recalled.v1';
import { NoticeSupersededV1 } from './events/notice-superseded.v1';
import { NoticeWithdrawnV1 } from './events/notice-withdrawn.v1';
import { OnwardShareMadeV1 } from './events/onward-share-made.v1';
import { OperationAcknowledgedV1 } from './events/operation-acknowledged.v1';
import { OperationAnnouncedV1 } from './events/operation-announced.v1';
import { OperationCalledOffV1 } from './events/operation-called-off.v1';
import { OpinionAnsweredV1 } from './events/opinion-answered.v1';
import { OpinionRequestedV1 } from './events/opinion-requested.v1';
import { OpinionWithdrawnV1 } from './events/opinion-withdrawn.v1';
import { PartnerAnsweredV1 } from './events/partner-answered.v1';
import { PersonLinkedV1, PersonUnlinkedV1 } from './events/person-linked.v1';
import { PlaceDeclaredV1 } from './events/place-declared.v1';
import { PlacementAdmittedV1 } from './events/placement-admitted.v1';
import { PlacementAnsweredV1 } from './events/placement-answered.v1';
import { PlacementOfferedV1 } from './events/placement-offered.v1';
import { PlacementOrderAnsweredV1 } from './events/placement-order-answered.v1';
import { PlacementOrderLiftedV1 } from './events/placement-order-lifted.v1';
import { PlacementOrderedV1 } from './events/placement-ordered.v1';
import { PlacementWithdrawnV1 } from './events/placement-withdrawn.v1';
import { ReferralAcknowledgedV1 } from './events/referral-acknowledged.v1';
import { ReferralMadeV1 } from './events/referral-made.v1';
import { ReflectionPeriodBreachVoidedV1 } from './events/reflection-period-breach-voided.v1';
import { ReflectionPeriodBreachedV1 } from './events/reflection-period-breached.v1';
import { UrgentRequestAnsweredV1 } from './events/urgent-request-answered.v1';
import { UrgentRequestAskedV1 } from './events/urgent-request-asked.v1';
import {
  describeEvent,
  type EventDescription,
  isProtocolPayload,
  isSequencedPayload,
  type PayloadClass,
} from './field-category';
import { DeliveryAcknowledgedV1 } from './protocol/delivery-acknowledged.v1';
import { DeliveryGapRequestedV1 } from './protocol/delivery-gap-requested.v1';
import { DeliveryVoidedV1 } from './protocol/delivery-voided.v1';
import { ReflectionPeriodRecordV1 } from './records/reflection-period-record.v1';
import { ResidencePermitRecordV1 } from './records/residence-permit-record.v1';
import { SharePurgedV1 } from './protocol/share-purged.v1';
import { ShareRevokedV1 } from './protocol/share-revoked.v1';

export interface EventType {
  readonly type: string;
  readonly class: PayloadClass;
  /** Allowed by a floor instead of a convention: enumerated fields, no personal data. */
  readonly protocol: boolean;
  /** Whether it has a place in its case's order. */
  readonly sequenced: boolean;
  /** The envelope's `dataschema`, e.g. `urn:liaison:schema:notice.issued:v1`. */
  readonly schemaId: string;
}

/** Every event type there is. A new one is a class and a line here. */
export const EVENT_TYPES: readonly EventType[] = [
  NoticeIssuedV1,
  NoticeIssuedV2,
  NoticeAmendedV1,
  NoticeWithdrawnV1,
  NoticeRecalledV1,
  NoticeSupersededV1,
  NoticeAcknowledgedV1,
  OpinionRequestedV1,
  OpinionAnsweredV1,
  OpinionWithdrawnV1,
  ReflectionPeriodBreachedV1,
  ReflectionPeriodBreachVoidedV1,
  ReferralMadeV1,
  ReferralAcknowledgedV1,
  PlaceDeclaredV1,
  PartnerAnsweredV1,
  PersonLinkedV1,
  PersonUnlinkedV1,
  PlacementOfferedV1,
  PlacementOrderedV1,
  PlacementOrderAnsweredV1,
  PlacementOrderLiftedV1,
  PlacementAnsweredV1,
  PlacementAdmittedV1,
  PlacementWithdrawnV1,
  OrientationRequestedV1,
  OrientationAnsweredV1,
  AdultPlaceDeclaredV1,
  OrientationProposedV1,
  OrientationPersonNamedV1,
  SupportReportedV1,
  OperationAnnouncedV1,
  OperationAcknowledgedV1,
  OperationCalledOffV1,
  CompetenceClaimedV1,
  CompetenceAnsweredV1,
  CompetenceEscalatedV1,
  CompetenceDecidedV1,
  CompetenceHandedOverV1,
  CompetenceTakenOverV1,
  FlightReportedV1,
  FlightOverdueV1,
  FlightAcknowledgedV1,
  FlightFoundV1,
  FlightEndedV1,
  AttachmentAddedV1,
  BreakGlassOpenedV1,
  UrgentRequestAskedV1,
  UrgentRequestAnsweredV1,
  OnwardShareMadeV1,
  AuditRecordedV1,
  AuditRecordedV2,
  DeliveryAcknowledgedV1,
  DeliveryGapRequestedV1,
  DeliveryVoidedV1,
  ShareRevokedV1,
  SharePurgedV1,
].map((payload) => {
  const { type } = describeEvent(payload);
  return {
    type,
    class: payload,
    protocol: isProtocolPayload(payload),
    sequenced: isSequencedPayload(payload),
    schemaId: schemaIdOf(type),
  };
});

const byType = new Map(EVENT_TYPES.map((eventType) => [eventType.type, eventType]));

export function findEventType(type: string): EventType | undefined {
  return byType.get(type);
}

function schemaIdOf(type: string): string {
  return type.replace(/^liaison\.(.*)\.(v\d+)$/, 'urn:liaison:schema:$1:$2');
}

/**
 * What agencies hold of their own and never send, as the policy decides about its reading: no schema, no topic, and
 * nothing of it is a message.
 */
const RECORDS: readonly PayloadClass[] = [ReflectionPeriodRecordV1, ResidencePermitRecordV1];

/** Everything that conventions may name: event types, and the records that are read under a convention but never sent. */
export const DESCRIPTIONS: readonly EventDescription[] = [
  ...EVENT_TYPES.map(({ class: payload }) => payload),
  ...RECORDS,
].map((payload) => describeEvent(payload));
