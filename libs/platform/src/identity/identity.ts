/** Who calls, as the verified token says. */
export interface Identity {
  /** `sub` of the token: stays in this process, never in a log, a key or a record. */
  readonly subject: string;
  readonly agency: string;
  readonly unit: string;
  readonly roles: readonly string[];
  /** HMAC-SHA-256 (hex) of the subject under the agency's key: what audit records name. */
  readonly pseudonym: string;
}

/** Roles of the glossary. */
export const ROLES = ['caseworker', 'supervisor', 'officer', 'desk', 'dpo', 'operator'] as const;
export type Role = (typeof ROLES)[number];
