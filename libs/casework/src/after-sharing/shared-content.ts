import type { PurgeReason } from '@liaison/contracts';
import type { EntityManager } from 'typeorm';

/** One event that an agency holds of another's, by its id there. */
export interface HeldShare {
  readonly sender: string;
  /** This agency's own case. */
  readonly caseId: string;
  readonly event: string;
}

export interface Restricting {
  readonly at: Date;
  /** Paths in the documents of the events; absent: all of them. */
  readonly fields?: readonly string[];
}

export interface Purging extends Restricting {
  readonly reason: PurgeReason;
}

/**
 * Where a service keeps what others shared with it: all that the shared part of casework needs to know of it. Documents of
 * cases are not its business. Every method runs in the caller's transaction, as `ingest`.
 */
export interface SharedContent {
  /**
   * Of these cases, those on which a legal duty of this agency's own rests: nothing of them is purged. MUST lock them
   * against acts that would begin such a duty until the transaction ends.
   */
  underDuty(manager: EntityManager, cases: readonly string[], at: Date): Promise<ReadonlySet<string>>;

  /** Of these events of a sender, those of which something is held. */
  held(manager: EntityManager, sender: string, events: readonly string[]): Promise<readonly string[]>;

  /**
   * Deletes what came of these events, wherever it stands, and keeps the references that audit records name. MUST leave
   * alone whatever this agency wrote itself. Unknown events and a repeat do nothing. Where fields are named, these alone go, and
   * are marked as any that is withheld.
   */
  purge(manager: EntityManager, sender: string, events: readonly string[], why: Purging): Promise<void>;

  /** From now on shown to fewer, or the fields of them that are named. */
  restrict(
    manager: EntityManager,
    sender: string,
    events: readonly string[],
    how: Restricting,
  ): Promise<void>;

  /** What was kept as long as its convention allows, and no duty keeps; locked, at most `limit`. */
  expired(manager: EntityManager, at: Date, limit: number): Promise<readonly HeldShare[]>;
}

/** Injection token of the service's `SharedContent`; a service that receives nothing has none. */
export const SHARED_CONTENT = Symbol('SHARED_CONTENT');
