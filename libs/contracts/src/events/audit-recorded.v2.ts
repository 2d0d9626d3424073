import { JSONSchema } from 'class-validator-jsonschema';
import { Category, EventPayload } from '../field-category';
import { ListOf, WholeNumber } from '../rules';
import { LAST_SEQUENCE } from '../sequence';
import { AUDIT_RECORDED, AuditRecordedV1 } from './audit-recorded.v1';

export const AUDIT_RECORDED_V2 = 'liaison.audit.recorded.v2';

/** Both versions: the log reads either, for as long as one of the first may be kept somewhere. */
export const AUDIT_RECORDED_TYPES: readonly string[] = [AUDIT_RECORDED, AUDIT_RECORDED_V2];

/** Records that one message may hold. */
export const MAX_AUDIT_RECORDS = 500;

/**
 * Records that gathered at their author, in order: one envelope for all of them. Each keeps what it had alone: its id, its
 * commitment, and its number, which is `first` and what follows. The envelope's `sequence` counts the messages.
 */
@EventPayload(AUDIT_RECORDED_V2)
@JSONSchema({ title: 'Audit records' })
export class AuditRecordedV2 {
  /** Number of the first record, as its author counts in this epoch, from 1 without holes; outside any commitment. */
  @Category('procedure')
  @WholeNumber(1, LAST_SEQUENCE)
  first: number;

  @ListOf(() => AuditRecordedV1, { min: 1, max: MAX_AUDIT_RECORDS })
  records: AuditRecordedV1[];
}
