export * from './audit/audit-trail';
export * from './broker';
export {
  keyOf as keyOfConvention,
  type PublishedConvention,
  signStatement,
  StatementKeys,
} from './conventions/convention-statement';
export { PublishedConventions } from './conventions/published-conventions';
export { DeliveryContext, LiaisonEvent, LiaisonRenumbered, LiaisonVoided } from './consumer/liaison-event';
export { noteDamaged } from './consumer/note-damaged';
export { noteRead } from './consumer/note-read';
export { OVER_SHARING } from './consumer/inbox';
export { LiaisonStrategy } from './consumer/liaison-strategy';
export type {
  AcceptedReceipt,
  EventAhead,
  HandlerRegistry,
  Origin,
  Provenance,
  ReceiptPort,
  ReceivedEvent,
  RefusedReceipt,
  VoidedEvent,
} from './consumer/ports';
export { DeadLetters } from './dead-letters/dead-letters';
export type { LetterKey, Operator, SettledLetter } from './dead-letters/letter';
export { type Replacement, replaceParked } from './dead-letters/replace';
export { AUDIT_LINGER_MS, Dispatcher } from './dispatch/dispatcher';
export type {
  AllowedRelease,
  DecidedField,
  MessagingLogger,
  PendingEvent,
  RefusedRelease,
  ReleasePort,
} from './dispatch/ports';
export { auditFields } from './dispatch/decided-fields';
export { type Messaging, type MessagingOptions, openMessaging } from './messaging';
export { jsonList, type Sql } from './outbox/lanes';
export { casesOfSenders } from './outbox/received-case';
export {
  type NewCase,
  type NewEvent,
  type OpenedCase,
  Outbox,
  type PlannedEvents,
  type Recipient,
  type RecordedEvent,
} from './outbox/outbox';
export { beginEpoch, type BegunEpoch } from './recovery/begin-epoch';
export { type Incident, onIncident } from './recovery/incidents';
export { readRecipients, type RecipientState, tryRecipientNow } from './relay/recipients';
export { Recovery } from './recovery/recovery';
export type { VoidedDeliveries } from './recovery/void-delivered';
export { noteConventions } from './schema/agency-state';
export { MESSAGING_MIGRATIONS } from './schema/migrations';
export { keepRowsWhole } from './schema/1790000001500-whole-rows';
export { DevelopmentSealing } from './sealing/development-sealing';
export type { Sealing } from './sealing/sealing';
export { type Occurrence, reached, type Stage, stageChannel, type StageMessage } from './stages';
export { inboxOf } from './topology';
export { currentTraceparent } from './tracing';
export { transact, type Transaction } from './transaction';
