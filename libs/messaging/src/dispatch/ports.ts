import type { Treatment } from '@liaison/sharing-policy';
import type { Origin } from '../consumer/ports';

/** An intent at dispatch: the version that it names, and the facts of now. */
export interface PendingEvent {
  readonly eventId: string;
  readonly recipient: string;
  readonly recipientUnit?: string;
  readonly reference: string;
  readonly type: string;
  readonly document: unknown;
  readonly purpose: string;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly caseId: string;
  readonly caseVersion: number;
  readonly unit: string;
  readonly agent?: string;
  readonly correlationId: string;
  readonly causationId?: string;
  /** Of what others shared and stands in the document. */
  readonly origins?: readonly Origin[];
}

/** What was decided for one field of the event, as the sender may see it. */
export interface DecidedField {
  readonly path: string;
  readonly treatment: Treatment;
  readonly to?: string;
  readonly rules: readonly string[];
  readonly articles: readonly string[];
}

export interface AllowedRelease {
  readonly allowed: true;
  /** In which version of the event's type it leaves. Absent: as it was written. */
  readonly type?: string;
  /** The projection for this recipient; nothing else of the document leaves. */
  readonly data: unknown;
  /** Paths with one mark, whatever the reason. */
  readonly withheld: readonly string[];
  /** `<id>@<version>`; absent where a floor allows it. */
  readonly convention?: string;
  readonly legalBases: readonly string[];
  /** Digest of decision and reasons; the envelope carries a commitment to it. */
  readonly digest: string;
  readonly validUntil?: Date;
  /** Seconds within which the recipient has to say that it has it; absent: the service's own setting. */
  readonly deliverWithin?: number;
  /** What follows when its grounds end, as whoever decided will want to know it; absent: nothing. JSON. */
  readonly basis?: object;
  /** Of what, beside the facts of the case and the time, this answer depends on: until that changes, nothing follows from `basis`. */
  readonly lookedWith?: string;
  /** The same array object for the same answer: what is derived from it is cached by identity. */
  readonly fields: readonly DecidedField[];
}

export interface RefusedRelease {
  readonly allowed: false;
  readonly code: string;
  readonly rules: readonly string[];
  readonly legalBases: readonly string[];
  readonly digest: string;
}

/**
 * Decides whether, and what of, an event leaves for one recipient. Pure: MUST NOT read anything but its arguments and
 * the conventions in force, MUST NOT depend on earlier answers.
 */
export interface ReleasePort {
  decideRelease(event: PendingEvent, at: Date): AllowedRelease | RefusedRelease;
}

export interface MessagingLogger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
