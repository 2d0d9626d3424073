import { AUDIT_TOPIC, inboxTopic } from '@liaison/contracts';
import type { Agency } from '@liaison/kernel';

/** Kind of the agency that keeps the audit log; its inbox is the audit topic. */
export const AUDIT_LOG_KIND = 'audit-log';

export function inboxOf(agency: Agency): string {
  return agency.kind === AUDIT_LOG_KIND ? AUDIT_TOPIC : inboxTopic(agency.id);
}
