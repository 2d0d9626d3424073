export { asyncApi } from './async-api';
export { CODE_LISTS, type CodedField, codedFieldsOf, type CodeList } from './codes';
export * from './envelope';
export * from './events/audit-recorded.v1';
export * from './events/audit-recorded.v2';
export * from './events/notice-acknowledged.v1';
export * from './events/notice-amended.v1';
export * from './events/notice-issued.v1';
export * from './events/notice-issued.v2';
export * from './events/notice-recalled.v1';
export * from './events/notice-superseded.v1';
export * from './events/notice-withdrawn.v1';
export * from './events/notice/civil-status';
export * from './events/notice/contact';
export * from './events/notice/exploitation';
export * from './events/notice/procedure';
export * from './events/notice/situation';
export * from './events/notice/travel';
export * from './events/onward-share-made.v1';
export * from './events/opinion-answered.v1';
export * from './events/opinion-requested.v1';
export * from './events/opinion-withdrawn.v1';
export * from './events/referral-acknowledged.v1';
export * from './events/referral-made.v1';
export * from './events/reflection-period-breach-voided.v1';
export * from './events/attachment-added.v1';
export * from './events/break-glass-opened.v1';
export * from './events/reflection-period-breached.v1';
export * from './events/urgent-request-answered.v1';
export * from './events/urgent-request-asked.v1';
export {
  describeEvent,
  type EventDescription,
  type EventField,
  type PayloadClass,
} from './field-category';
export * from './older-version';
export * from './parse-envelope';
export * from './parse-payload';
export * from './protocol/causes';
export * from './protocol/delivery-acknowledged.v1';
export * from './protocol/delivery-gap-requested.v1';
export * from './protocol/delivery-voided.v1';
export * from './records/holder';
export * from './records/reflection-period-record.v1';
export * from './records/residence-permit-record.v1';
export * from './protocol/share-purged.v1';
export * from './protocol/share-revoked.v1';
export * from './registry';
export { generateSchemas, type JsonSchema } from './schemas';
export * from './topics';
export * from './vocabulary';
