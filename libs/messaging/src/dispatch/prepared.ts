import type { PreparedRecord } from '../audit/audit-trail';
import type { Span } from '@opentelemetry/api';
import type { OutgoingMessage } from '../broker';

/** One row of a lane's queue, with what its kind needs. */
export interface IntentRow {
  readonly id: string;
  readonly kind: 'event' | 'audit' | 'acknowledgement' | 'dead-letter' | 'void' | 'gap-request';
  readonly event_id: string;
  readonly recipient: string;
  readonly recipient_unit: string | null;
  readonly reference: string | null;
  readonly case_id: string | null;
  readonly case_version: number | null;
  readonly replaces: readonly string[] | null;
  /** Of the step that queued it, where its trace is recorded. */
  readonly traceparent: string | null;
  /** On a message of audit records that goes again under its own id, `event_id`: those it holds. */
  readonly records: readonly string[] | null;
  /** And the number of the first of them, where they keep their numbers. */
  readonly first_record: number | null;
}

export interface FrozenMessage extends OutgoingMessage {
  readonly id: string;
}

/** What T2a will write for one delivery: decided and sealed already, committed or dropped as a whole. */
export interface PreparedDelivery {
  readonly intentIds: readonly string[];
  readonly kind: IntentRow['kind'];
  readonly eventId: string;
  readonly recipient: string;
  readonly recipientUnit?: string;
  readonly reference?: string;
  /** Ids of the events that it stands in for. */
  readonly replaces?: readonly string[];
  readonly caseId?: string;
  readonly caseVersion?: number;
  /** The case's facts were at this version when the decision was taken. */
  readonly factsVersion?: string;
  readonly type: string;
  readonly decidedAt: Date;
  /** Absent: refused, and nothing is published. */
  readonly message?: FrozenMessage;
  /** Where there is no message; default `refused`. */
  readonly state?: 'refused' | 'cancelled';
  readonly reason?: string;
  readonly numbering?: Numbering;
  /** On a void: the place of what it voids, which no counter hands out. */
  readonly place?: Pick<Numbering, 'epoch' | 'sequence'>;
  readonly convention?: string;
  readonly basis?: object;
  readonly lookedWith?: string;
  readonly fields?: { readonly digest: string; readonly json: string };
  readonly decision?: { readonly nonce: Buffer; readonly commitment: string };
  readonly audit?: PreparedRecord;
  /** On a message of audit records: the ids of those it holds, in order of their numbers. */
  readonly records?: readonly string[];
  /** And the number of the first of them. */
  readonly firstRecord?: number;
  readonly validUntil?: Date;
  /** Seconds within which it has to be acknowledged, where the convention says so. */
  readonly deliverWithin?: number;
  /** `dispatch`, until its bytes are frozen; one for each trace that is recorded of what it holds. */
  readonly spans?: readonly Span[];
}

/** Place in the recipient's order, taken from the case's reference. */
export interface Numbering {
  readonly epoch: string;
  readonly sequence: number;
  readonly recipientVersion: number;
}

/** Hands out sequences within one batch, and remembers what the database must still say when they are committed. */
export class Counters {
  private readonly byReference = new Map<string, Counter>();

  constructor(private readonly epoch: string) {}

  load(rows: readonly CounterRow[]): void {
    for (const row of rows) {
      const sameEpoch = row.epoch === this.epoch;
      this.byReference.set(`${row.peer}/${row.reference}`, {
        ...row,
        expected: row.last_sequence,
        sequence: sameEpoch ? row.last_sequence : 0,
        version: row.recipient_version,
        record: sameEpoch ? row.last_record : 0,
        taken: false,
      });
    }
  }

  /** For a message with content: the recipient counts its versions. */
  take(peer: string, reference: string): Numbering {
    const counter = this.getCounter(peer, reference);
    counter.version += 1;
    return this.number(counter);
  }

  /** For a message of so many audit records. */
  takeRecords(peer: string, reference: string, count: number): Numbering & { readonly firstRecord: number } {
    const counter = this.getCounter(peer, reference);
    const firstRecord = counter.record + 1;
    counter.record += count;
    return { ...this.number(counter), firstRecord };
  }

  /** For a message of records that have their numbers. */
  takeMessage(peer: string, reference: string): Numbering {
    return this.number(this.getCounter(peer, reference));
  }

  private getCounter(peer: string, reference: string): Counter {
    const counter = this.byReference.get(`${peer}/${reference}`);
    if (!counter) throw new Error(`no reference ${reference} towards ${peer}`);
    return counter;
  }

  private number(counter: Counter): Numbering {
    counter.sequence += 1;
    counter.taken = true;
    return { epoch: this.epoch, sequence: counter.sequence, recipientVersion: counter.version };
  }

  taken(): readonly Counter[] {
    return [...this.byReference.values()].filter(({ taken }) => taken);
  }
}

export interface CounterRow {
  readonly peer: string;
  readonly reference: string;
  readonly epoch: string;
  readonly last_sequence: number;
  readonly recipient_version: number;
  /** Number of the last audit record, where the peer is the audit log. */
  readonly last_record: number;
}

export interface Counter extends CounterRow {
  readonly expected: number;
  sequence: number;
  version: number;
  record: number;
  taken: boolean;
}
