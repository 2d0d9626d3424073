import type { EntityManager } from 'typeorm';
import type { PreparedRecord } from '../audit/audit-trail';
import type { InboxStep, LockedStreams, ProtocolIntent } from './inbox';
import type { OpenedArrival } from './opening';

/** What somebody does about a parked event, in the transaction that carries it out. */
export interface Act {
  /**
   * Takes the locks, the stream's first; says what is to be applied, and how the stream stands without the event's own
   * parking. Undefined: there is nothing to do any more. Called again when a later event of the case cannot be applied.
   */
  begin(manager: EntityManager): Promise<ActBegun | undefined>;
  /** Once everything is decided and projected. What it writes commits with the rest. */
  end(manager: EntityManager, steps: readonly InboxStep[]): Promise<ActEnded>;
}

export interface ActBegun {
  readonly locked: LockedStreams;
  readonly arrivals: readonly OpenedArrival[];
  /** The event itself: known already, and what the act records of it is its record, unless it is applied. */
  readonly key: string;
  /** Rows of the inbox that are settled along with it. */
  readonly settled: readonly InboxStep[];
}

export interface ActEnded {
  readonly records: readonly PreparedRecord[];
  readonly intents: readonly ProtocolIntent[];
}

/** A case is acknowledged once, whoever asks for it. */
export const withOthers = (
  intents: readonly ProtocolIntent[],
  others: readonly ProtocolIntent[] = [],
): readonly ProtocolIntent[] => [
  ...intents,
  ...others.filter(
    (other) =>
      !intents.some(
        ({ kind, recipient, reference }) =>
          kind === other.kind && recipient === other.recipient && reference === other.reference,
      ),
  ),
];
