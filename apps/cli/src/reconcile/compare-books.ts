/** Compares the books of two agencies about what one sent to the other. Pure: what is read, and when, is the caller's. */

/** A sequence, as the sender counts it. */
export interface Place {
  readonly reference: string;
  readonly epoch: string;
  readonly sequence: number;
}

interface Entry extends Place {
  readonly id: string;
  /** RFC 3339, UTC, by the clock of whose book it is. */
  readonly at: string;
  /** Of the sealed bytes, as long as they are kept. */
  readonly digest: string | null;
}

export interface SentEntry extends Entry {
  /** `event`, `audit`, or `void`, which takes another one's place. */
  readonly kind: string;
  /** `frozen` and `sent`: the recipient has not said that it has it. */
  readonly state: string;
  /** Commitment of the disclosure's record. */
  readonly recorded: string | null;
}

export interface ReceivedEntry extends Entry {
  readonly state: string;
  readonly reason: string | null;
  /** Commitment that the event named, and the one that the record of its receipt repeats. */
  readonly disclosure: string | null;
  readonly recorded: string | null;
}

export const DIFFERENCES = [
  'missing',
  'doubled',
  'late',
  'unpaired',
  'unexpected',
  'forgotten',
  'different',
] as const;

export interface Difference extends Place {
  readonly what: (typeof DIFFERENCES)[number];
  /** Stable code of how it shows. */
  readonly how: string;
  readonly from: string;
  readonly to: string;
  readonly id: string;
}

/**
 * A stretch of both books, each in order of reference, sequence, epoch, id: what was received next, and what was sent up to
 * the last place of that. A long one comes in several pieces, of which the first has all that was received.
 */
export interface Stretch {
  /** MUST have been read after `received`: then whatever the recipient has, its sender's book has too. */
  readonly sent: readonly SentEntry[];
  readonly received: readonly ReceivedEntry[];
  /** The sender's own: what it sent under an older one was sent before it was restored from a backup. */
  readonly senderEpoch: string | undefined;
  /** When this part of the sender's book was read: up to when things count as late. RFC 3339. */
  readonly at: string;
}

export interface Comparison {
  readonly differences: readonly Difference[];
  readonly counts: {
    readonly sent: number;
    readonly received: number;
    /** Not there yet, or not acknowledged yet, and younger than the delay. */
    readonly underWay: number;
    /** Held by the recipient for its operators. */
    readonly parked: number;
    /** Messages of audit records that their agency has forgotten in a restore. The log keeps them: nothing is amiss. */
    readonly recordsKept: number;
  };
}

type Fault = readonly [what: Difference['what'], how: string];

interface Unmatched {
  readonly entry: SentEntry;
  /** What it means that it is not there; nothing where its void stands for it, or it is under way. */
  readonly fault: Fault | undefined;
}

/**
 * Takes two books stretch by stretch, in order. Holds one case's numbers, what differs and what is under way, however long
 * the books are.
 */
export class BookComparison {
  private readonly differences: Difference[] = [];
  private readonly counts = { sent: 0, received: 0, underWay: 0, parked: 0, recordsKept: 0 };
  private readonly unmatchedSent = new Map<string, Unmatched>();
  private readonly unmatchedReceived = new Map<string, ReceivedEntry>();
  /** Arrived, and not before what was sent last. */
  private waiting: ReceivedEntry[] = [];
  private place: { sent: SentEntry[]; received: ReceivedEntry[] } = { sent: [], received: [] };
  /** Of the case in hand: what is not there, and the furthest sequence that is, by epoch. */
  private absent: { entry: SentEntry; isVoided: boolean }[] = [];
  private furthest = new Map<string, number>();
  private auditReference?: string;
  private senderEpoch?: string;
  private lateBefore = -Infinity;

  /** @param delayMs younger than this, nothing is late */
  constructor(
    private readonly from: string,
    private readonly to: string,
    private readonly delayMs: number,
  ) {}

  add({ sent, received, senderEpoch, at }: Stretch): void {
    this.senderEpoch = senderEpoch;
    this.lateBefore = Date.parse(at) - this.delayMs;
    this.counts.sent += sent.length;
    this.counts.received += received.length;
    if (received.length > 0) {
      this.arrive(this.waiting);
      this.waiting = [...received];
    }
    for (const entry of sent) {
      const behind = this.waiting.findIndex((it) => comparePlaces(it, entry) >= 0);
      this.arrive(this.waiting.splice(0, behind < 0 ? this.waiting.length : behind));
      this.enter(entry);
      this.place.sent.push(entry);
    }
  }

  end(): Comparison {
    this.arrive(this.waiting);
    this.leaveCase();
    for (const [id, { entry, fault }] of this.unmatchedSent) {
      const elsewhere = this.unmatchedReceived.get(id);
      this.unmatchedReceived.delete(id);
      if (elsewhere) this.match(entry, elsewhere);
      else if (fault) this.report(fault, entry);
      else this.counts.underWay += 1;
    }
    for (const entry of this.unmatchedReceived.values()) this.reportUnknown(entry);
    return { differences: this.differences.sort(byPlace), counts: this.counts };
  }

  private arrive(entries: readonly ReceivedEntry[]): void {
    for (const entry of entries) {
      this.enter(entry);
      this.place.received.push(entry);
    }
  }

  private enter(next: Place): void {
    const current = this.place.sent[0] ?? this.place.received[0];
    if (!current || comparePlaces(current, next) === 0) return;
    if (current.reference === next.reference) this.leavePlace();
    else this.leaveCase();
  }

  private leavePlace(): void {
    const { sent, received } = this.place;
    this.place = { sent: [], received: [] };
    const voids = new Set(sent.filter(({ kind }) => kind === 'void').map(({ id }) => id));
    const there = new Map(received.map((entry) => [entry.id, entry]));
    for (const entry of sent) {
      if (entry.kind === 'audit') this.auditReference = entry.reference;
      const arrived = there.get(entry.id);
      there.delete(entry.id);
      if (arrived) this.match(entry, arrived);
      else this.absent.push({ entry, isVoided: entry.kind !== 'void' && voids.size > 0 });
    }
    for (const entry of there.values()) this.unmatchedReceived.set(entry.id, entry);
    const twice = [
      ['sent', sent.filter(({ kind }) => kind !== 'void')],
      ['received', received.filter(({ id }) => !voids.has(id))],
    ] as const;
    for (const [side, entries] of twice) {
      for (const entry of [...entries].sort((a, b) => compare(a.id, b.id)).slice(1)) {
        this.report(['doubled', side], entry);
      }
    }
    for (const { epoch, sequence, state } of received) {
      this.furthest.set(epoch, Math.max(sequence, this.furthest.get(epoch) ?? 0));
      if (state === 'parked') this.counts.parked += 1;
    }
  }

  private leaveCase(): void {
    this.leavePlace();
    for (const { entry, isVoided } of this.absent) {
      const known = this.faultOf(entry);
      if (!isVoided || this.unmatchedReceived.has(entry.id)) {
        this.unmatchedSent.set(entry.id, { entry, fault: known });
      }
    }
    this.absent = [];
    this.furthest = new Map();
  }

  /** What it means that an entry is not in the other book. */
  private faultOf(entry: SentEntry): Fault | undefined {
    if (isAcknowledged(entry)) return ['missing', 'acknowledged-and-not-there'];
    if ((this.furthest.get(entry.epoch) ?? 0) > entry.sequence) return ['missing', 'hole'];
    return this.isLate(entry) ? ['late', 'not-arrived'] : undefined;
  }

  private match(entry: SentEntry, there: ReceivedEntry): void {
    for (const fault of findFaults(entry, there)) this.report(fault, entry);
    if (there.state !== 'waiting' && isAcknowledged(entry)) return;
    if (!this.isLate(entry)) this.counts.underWay += 1;
    else this.report(['late', there.state === 'waiting' ? 'waiting' : 'not-acknowledged'], entry);
  }

  /** Not in the sender's book: forgotten where it was sent before the sender was restored from a backup. */
  private reportUnknown(entry: ReceivedEntry): void {
    if (this.senderEpoch === undefined || entry.epoch >= this.senderEpoch) {
      this.report(['unexpected', 'never-sent'], entry);
    } else if (entry.reference === this.auditReference) this.counts.recordsKept += 1;
    else this.report(['forgotten', 'sent-after-the-backup'], entry);
  }

  private isLate(entry: Entry): boolean {
    return Date.parse(entry.at) < this.lateBefore;
  }

  private report([what, how]: Fault, { reference, epoch, sequence, id }: Entry): void {
    this.differences.push({ what, how, from: this.from, to: this.to, reference, epoch, sequence, id });
  }
}

const isAcknowledged = ({ state }: SentEntry): boolean => state === 'delivered' || state === 'unapplied';

/** What two entries about one event disagree in. */
function findFaults(sent: SentEntry, there: ReceivedEntry): Fault[] {
  const faults: Fault[] = [];
  if (comparePlaces(sent, there) !== 0) faults.push(['different', 'place']);
  if (sent.digest !== null && there.digest !== null && sent.digest !== there.digest) {
    faults.push(['different', 'bytes']);
  }
  if (sent.kind !== 'event') return faults;
  if (sent.recorded === null) faults.push(['unpaired', 'no-disclosure-record']);
  else if (there.disclosure !== sent.recorded) faults.push(['unpaired', 'another-disclosure-named']);
  // A waiting event has no record yet: nothing has been done with it.
  if (there.state === 'waiting') return faults;
  if (there.recorded === null) faults.push(['unpaired', 'no-receipt-record']);
  else if (there.recorded !== there.disclosure) faults.push(['unpaired', 'another-disclosure-recorded']);
  return faults;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** As the books are ordered. */
const comparePlaces = (a: Place, b: Place): number =>
  compare(a.reference, b.reference) || a.sequence - b.sequence || compare(a.epoch, b.epoch);

const byPlace = (a: Difference, b: Difference): number =>
  compare(a.reference, b.reference) ||
  compare(a.epoch, b.epoch) ||
  a.sequence - b.sequence ||
  compare(a.id, b.id) ||
  compare(a.what + a.how, b.what + b.how);
