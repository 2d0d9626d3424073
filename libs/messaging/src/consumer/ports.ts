import type { Envelope } from '@liaison/contracts';
import type { EntityManager } from 'typeorm';
import type { DecidedField } from '../dispatch/ports';

export interface AcceptedReceipt {
  readonly accepted: true;
  /** What this agency may store: never more than what came. */
  readonly data: unknown;
  readonly withheld: readonly string[];
  readonly legalBases: readonly string[];
  readonly digest: string;
  readonly fields: readonly DecidedField[];
  /** Until when it may be kept, where its convention says so. */
  readonly keepUntil?: Date;
}

export interface RefusedReceipt {
  readonly accepted: false;
  /** Stable code, e.g. `over-sharing`, `no-convention`. */
  readonly code: string;
  readonly legalBases: readonly string[];
  readonly digest?: string;
}

/**
 * The recipient decides again, under the version that the envelope names, at the time of the decision. Pure.
 * Protocol events do not pass here: a floor allows their closed list.
 */
export interface ReceiptPort {
  checkReceipt(envelope: Envelope, sender: string, at: Date): AcceptedReceipt | RefusedReceipt;
}

/** Where a stored group of fields came from: the third-party rule needs it for ever. */
export interface Provenance {
  readonly agency: string;
  readonly event: string;
  readonly convention: string;
}

/** Of what others shared, where it stands in another event. */
export interface Origin extends Provenance {
  /** Paths in that event's document. Absent: it may stand anywhere in it. */
  readonly fields?: readonly string[];
}

/** What an event handler gets: verified, validated, checked against the convention. */
export interface ReceivedEvent<Data = unknown> {
  readonly envelope: Envelope<Data>;
  /** Agency id of the sender. */
  readonly sender: string;
  readonly data: Data;
  readonly withheld: readonly string[];
  readonly provenance: Provenance;
  /** Lane towards the sender for this reference, so that the answer keeps its order. */
  readonly laneId: number;
  readonly receivedAt: Date;
  /** Until when its convention lets it be kept; absent: it does not say. */
  readonly keepUntil?: Date;
  /**
   * Later events of the same case that were applied on arrival, before this one: a withdrawal, a protection. What they
   * ended or hid, this event MUST NOT bring back. Empty for most.
   */
  readonly overtakenBy: readonly EventAhead[];
}

export interface EventAhead {
  readonly eventId: string;
  readonly type: string;
  readonly sequence: number;
}

/** An event that was applied and that its sender has taken back: a projection MUST undo what came of it. */
export interface VoidedEvent {
  /** Agency id of the sender. */
  readonly sender: string;
  readonly reference: string;
  /** Id of the voided event. */
  readonly eventId: string;
  readonly type: string;
  readonly voidedAt: Date;
}

/** Undoes events of one type inside T3; the same duties as an `EventHandler`. */
export type VoidedHandler = (events: readonly VoidedEvent[], manager: EntityManager) => Promise<void>;

/**
 * Applies events of one type inside T3, in order. MUST write only through `manager`, so that projection, inbox state
 * and audit record commit together; MUST NOT catch database errors. An `AppError` that is not retriable parks the
 * event it concerns (the batch is run again one event a transaction to find it).
 */
export type EventHandler = (events: readonly ReceivedEvent[], manager: EntityManager) => Promise<void>;

export interface RegisteredHandler {
  readonly ordering: 'case' | 'arrival';
  readonly handle: EventHandler;
}

export interface HandlerRegistry {
  findHandler(type: string): RegisteredHandler | undefined;
  /** The handler for events of this type that were applied and are voided. */
  findVoidedHandler(type: string): VoidedHandler | undefined;
  /** Who has to know that events of this type, applied before, have a new number. */
  findRenumberedHandler(type: string): EventHandler | undefined;
}
