import { AUDIT_RECORDED_V2, type AuditRecordedV1, type AuditRecordedV2 } from '@liaison/contracts';
import type { ReceivedEvent } from '@liaison/messaging';

/** The audit records in what a handler got: those of one message after the other, in order. */
export function auditRecordsIn(received: readonly ReceivedEvent[]): AuditRecordedV1[] {
  return received
    .filter(({ envelope }) => envelope.type === AUDIT_RECORDED_V2)
    .flatMap(({ data }) => (data as AuditRecordedV2).records);
}
