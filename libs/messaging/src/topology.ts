import {
  AUDIT_LOG_KIND,
  AUDIT_RECORDED_TYPES,
  AUDIT_TOPIC,
  findEventType,
  inboxTopic,
} from '@liaison/contracts';
import type { Agency } from '@liaison/kernel';

export function inboxOf(agency: Agency): string {
  return agency.kind === AUDIT_LOG_KIND ? AUDIT_TOPIC : inboxTopic(agency.id);
}

/** Protocol events and audit records: allowed by a floor, never themselves recorded or acted upon by a convention. */
export function isRecordKeeping(type: string): boolean {
  return AUDIT_RECORDED_TYPES.includes(type) || (findEventType(type)?.protocol ?? false);
}
