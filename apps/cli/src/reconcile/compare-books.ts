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

export const DIFFERENCES = ['missing', 'doubled', 'late', 'unpaired', 'unexpected', 'different'] as const;

export interface Difference extends Place {
  readonly what: (typeof DIFFERENCES)[number];
  /** Stable code of how it shows. */
  readonly how: string;
  readonly from: string;
  readonly to: string;
  readonly id: string;
}

export interface Direction {
  readonly from: string;
  readonly to: string;
  /** MUST have been read after `received`: then whatever the recipient has, its sender's book has too. */
  readonly sent: readonly SentEntry[];
  readonly received: readonly ReceivedEntry[];
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
  };
}

/** @param at up to when things count as late: RFC 3339 @param delayMs younger than this, nothing is late */
export function compareBooks(direction: Direction, at: string, delayMs: number): Comparison {
  const { from, to, sent, received } = direction;
  const lateBefore = Date.parse(at) - delayMs;
  const isLate = (entry: Entry) => Date.parse(entry.at) < lateBefore;
  const differences: Difference[] = [];
  let underWay = 0;
  const report = (what: Difference['what'], how: string, { reference, epoch, sequence, id }: Entry): void => {
    differences.push({ what, how, from, to, reference, epoch, sequence, id });
  };

  const known = new Map(sent.map((entry) => [entry.id, entry]));
  const arrived = new Map(received.map((entry) => [entry.id, entry]));
  const furthest = furthestSequences(received);
  const voided = new Set(sent.filter(({ kind }) => kind === 'void').map(placeOf));

  for (const entry of sent) {
    const there = arrived.get(entry.id);
    if (there) {
      const acknowledged = isAcknowledged(entry);
      for (const [what, how] of findFaults(entry, there)) report(what, how, entry);
      if (there.state === 'waiting' || !acknowledged) {
        if (isLate(entry)) report('late', there.state === 'waiting' ? 'waiting' : 'not-acknowledged', entry);
        else underWay += 1;
      }
    } else if (entry.kind !== 'void' && voided.has(placeOf(entry))) {
      // Its void stands for it.
    } else if (isAcknowledged(entry)) report('missing', 'acknowledged-and-not-there', entry);
    else if ((furthest.get(streamOf(entry)) ?? 0) > entry.sequence) report('missing', 'hole', entry);
    else if (isLate(entry)) report('late', 'not-arrived', entry);
    else underWay += 1;
  }
  for (const entry of received) if (!known.has(entry.id)) report('unexpected', 'never-sent', entry);
  for (const entry of doubled(sent.filter(({ kind }) => kind !== 'void'))) report('doubled', 'sent', entry);
  const isVoid = ({ id }: Entry) => known.get(id)?.kind === 'void';
  for (const entry of doubled(received.filter((it) => !isVoid(it)))) report('doubled', 'received', entry);

  return {
    differences: differences.sort(byPlace),
    counts: {
      sent: sent.length,
      received: received.length,
      underWay,
      parked: received.filter(({ state }) => state === 'parked').length,
    },
  };
}

const isAcknowledged = ({ state }: SentEntry): boolean => state === 'delivered' || state === 'unapplied';

/** What two entries about one event disagree in. */
function findFaults(sent: SentEntry, there: ReceivedEntry): [Difference['what'], string][] {
  const faults: [Difference['what'], string][] = [];
  if (placeOf(sent) !== placeOf(there)) faults.push(['different', 'place']);
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

/** Every entry after the first under one sequence. */
function doubled<E extends Entry>(entries: readonly E[]): E[] {
  const places = new Map<string, E[]>();
  for (const entry of entries) {
    const members = places.get(placeOf(entry));
    if (members) members.push(entry);
    else places.set(placeOf(entry), [entry]);
  }
  return [...places.values()].flatMap((members) => [...members].sort((a, b) => compare(a.id, b.id)).slice(1));
}

function furthestSequences(received: readonly ReceivedEntry[]): ReadonlyMap<string, number> {
  const furthest = new Map<string, number>();
  for (const entry of received) {
    const stream = streamOf(entry);
    if ((furthest.get(stream) ?? 0) < entry.sequence) furthest.set(stream, entry.sequence);
  }
  return furthest;
}

const streamOf = ({ reference, epoch }: Place): string => `${reference}/${epoch}`;
const placeOf = (place: Place): string => `${streamOf(place)}/${place.sequence}`;
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const byPlace = (a: Difference, b: Difference): number =>
  compare(a.reference, b.reference) ||
  compare(a.epoch, b.epoch) ||
  a.sequence - b.sequence ||
  compare(a.id, b.id) ||
  compare(a.what + a.how, b.what + b.how);
