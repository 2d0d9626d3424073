import {
  AUDIT_LOG_KIND,
  AUDIT_RECORDED_TYPES,
  AUDIT_TOPIC,
  findEventType,
  inboxTopic,
  SHARE_TYPES,
} from '@liaison/contracts';
import type { Agency } from '@liaison/kernel';

export function inboxOf(agency: Agency): string {
  return agency.kind === AUDIT_LOG_KIND ? AUDIT_TOPIC : inboxTopic(agency.id);
}

/**
 * Events of delivery and audit records: allowed by a floor, never themselves recorded or acted upon by a convention. What
 * follows after sharing is allowed by a floor too, and is recorded.
 */
export function isRecordKeeping(type: string): boolean {
  if (SHARE_TYPES.includes(type)) return false;
  return AUDIT_RECORDED_TYPES.includes(type) || (findEventType(type)?.protocol ?? false);
}
