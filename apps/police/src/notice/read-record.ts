import { decidedFields, readingRecord } from '@liaison/casework';
import { auditFields, type AuditTrail } from '@liaison/messaging';
import type { Identity } from '@liaison/platform';
import type { Decision } from '@liaison/sharing-policy';
import { PURPOSE } from './purpose';
import type { NoticeRow } from './notice.entity';

/**
 * That somebody read a notice, or the fields of it that are named. Nobody else knows the notice by its own id: it stands
 * for the reference that a draft does not have yet.
 */
export function readRecord(
  audit: AuditTrail,
  identity: Identity,
  { id, version }: NoticeRow,
  event: string,
  decision: Decision,
  at: Date,
  fields = decidedFields(decision),
) {
  const { convention } = decision;
  return readingRecord(audit, identity, at, decision, {
    purpose: PURPOSE,
    reference: id,
    event,
    version,
    ...(convention && { convention: `${convention.id}@${convention.version}` }),
    fields: auditFields(fields),
  });
}
