/**
 * Decides, without touching anything, what happens to each event of a batch: the order of a case, repeats, holes,
 * voids, epochs. Held by properties: whatever the arrival order and the repeats, each case's events are applied once,
 * in order, and never after their void.
 */

/** `case`: waits for what precedes it. `arrival`: protective or numbered records, applied as they come. */
export type Ordering = 'case' | 'arrival';

export interface Arrival {
  /** `<source>/<id>`: what makes it new. */
  readonly key: string;
  /** `<peer>/<reference>`; absent on unsequenced protocol events, and on what did not open. */
  readonly stream?: string;
  readonly epoch?: string;
  readonly sequence?: number;
  readonly ordering: Ordering;
  /** The recipient's own check refused it: it is parked in its place. */
  readonly refused: boolean;
  /** It stands in the inbox as waiting already and is looked at again. */
  readonly stored: boolean;
  /** Discarded or replaced: it takes its place in the order, and nothing of it is applied. */
  readonly settled?: boolean;
  /** Commitment to the sender's record of its disclosure. */
  readonly disclosure?: string;
  /** It is a void: the key of the event whose place it takes, and the disclosure that this one had. */
  readonly voids?: { readonly key: string; readonly disclosure: string };
}

/** A row of the inbox that an arrival names, by its own key or as what it voids. */
export interface KnownEvent {
  readonly state: 'waiting' | 'applied' | 'parked' | 'dropped' | 'revoked';
  readonly epoch?: string;
  readonly sequence?: number;
  readonly disclosure?: string;
  /** Parked only because a newer epoch began: the same id in that epoch takes its place. */
  readonly superseded?: boolean;
}

export interface StreamState {
  readonly epoch: string;
  /** Every sequence up to this one is settled. */
  readonly upTo: number;
  /** Sequences beyond `upTo` that are applied already (types applied on arrival). */
  readonly appliedBeyond: readonly number[];
  /** Sequences beyond `upTo` that are parked. */
  readonly parked: readonly number[];
  /** The greatest sequence known to exist; 0 or absent: that of the events that are here. */
  readonly highest?: number;
}

/**
 * `fill`: known under an ended epoch; it takes its number in this one and applies nothing. `defer`: too many of its
 * case wait already; it is not kept and will be asked for. `conflict`: an incident.
 */
export type Outcome = 'apply' | 'wait' | 'park' | 'drop' | 'repeat' | 'conflict' | 'void' | 'fill' | 'defer';

/** What a void found of the event that it voids. */
export type Found = 'never-seen' | 'dropped' | 'revoked';

export interface Step<A extends Arrival> {
  readonly arrival: A;
  readonly outcome: Outcome;
  /** Stable code; for outcomes that the plan itself decides. */
  readonly reason?: string;
  /** On `void`. */
  readonly found?: Found;
  /** On `apply`: later sequences of the case that were applied before it. They reduce it. */
  readonly overtakenBy?: readonly number[];
}

export interface Plan<A extends Arrival> {
  /** In the order in which they are to be applied. */
  readonly steps: readonly Step<A>[];
  readonly streams: ReadonlyMap<string, PlannedStream>;
}

export interface PlannedStream {
  readonly epoch: string;
  readonly upTo: number;
  /** Events of the stream that wait, are parked or were applied beyond a hole: more than 0 means look again. */
  readonly unfinished: number;
  /** The greatest sequence known to exist. */
  readonly highest: number;
  /** A sequence below `highest` has not arrived: it is asked for. */
  readonly hole: boolean;
}

/** Events of one case that may wait in the inbox; those beyond are sent again when their turn is near. */
export const MAX_WAITING = 500;

/**
 * @param arrivals in order of arrival; stored ones (waiting in the inbox) may stand anywhere
 * @param known what the inbox says of the keys that the arrivals name
 * @param streams what the database says of each stream, under lock; a missing one is new
 */
export function planArrivals<A extends Arrival>(
  arrivals: readonly A[],
  known: ReadonlyMap<string, KnownEvent>,
  streams: ReadonlyMap<string, StreamState>,
  maxWaiting: number = MAX_WAITING,
): Plan<A> {
  const steps: Step<A>[] = [];
  const byKey = new Map<string, Member<A>>();
  for (const arrival of arrivals) {
    const earlier = byKey.get(arrival.key)?.arrival;
    const filling = fillsUnder(arrival, known.get(arrival.key));
    if (earlier && !(earlier.stored && isLater(arrival.epoch, earlier.epoch))) {
      steps.push({ arrival, outcome: 'repeat' });
    } else if (filling === 'repeat') {
      steps.push({ arrival, outcome: 'repeat' });
    } else {
      byKey.set(arrival.key, { arrival, fills: filling });
    }
  }
  const byStream = new Map<string, Member<A>[]>();
  for (const member of byKey.values()) {
    const { arrival } = member;
    if (arrival.stream === undefined || arrival.sequence === undefined) {
      steps.push({ arrival, outcome: arrival.settled ? 'drop' : arrival.refused ? 'park' : 'apply' });
      continue;
    }
    const members = byStream.get(arrival.stream) ?? [];
    members.push(member);
    byStream.set(arrival.stream, members);
  }
  const planned = new Map<string, PlannedStream>();
  for (const [stream, members] of byStream) {
    const result = new StreamPlan<A>(streams.get(stream), known, maxWaiting).run(members);
    steps.push(...result.steps);
    planned.set(stream, result.stream);
  }
  return { steps, streams: planned };
}

type Fills = 'parked' | 'settled' | undefined;

interface Member<A extends Arrival> {
  readonly arrival: A;
  readonly fills: Fills;
}

const isLater = (epoch: string | undefined, than: string | undefined): boolean =>
  epoch !== undefined && than !== undefined && epoch > than;

/** A sender restored from a backup gives its events new numbers and keeps their ids. */
function fillsUnder(arrival: Arrival, row: KnownEvent | undefined): Fills | 'repeat' {
  if (!row || row.state === 'waiting') return undefined;
  if (arrival.stream === undefined || !isLater(arrival.epoch, row.epoch)) return 'repeat';
  if (row.superseded) return undefined;
  return row.state === 'parked' ? 'parked' : 'settled';
}

class StreamPlan<A extends Arrival> {
  private upTo = 0;
  private newest = '';
  private readonly applied = new Set<number>();
  private readonly parked = new Set<number>();
  private readonly waiting = new Set<number>();
  private readonly steps: Step<A>[] = [];

  constructor(
    private readonly state: StreamState | undefined,
    private readonly known: ReadonlyMap<string, KnownEvent>,
    private readonly maxWaiting: number,
  ) {}

  run(members: readonly Member<A>[]): { steps: readonly Step<A>[]; stream: PlannedStream } {
    this.newest = members.reduce(
      (epoch, { arrival: { epoch: own = '' } }) => (own > epoch ? own : epoch),
      this.state?.epoch ?? '',
    );
    const current = this.state?.epoch === this.newest ? this.state : undefined;
    this.upTo = current?.upTo ?? 0;
    for (const sequence of current?.appliedBeyond ?? []) this.applied.add(sequence);
    for (const sequence of current?.parked ?? []) this.parked.add(sequence);
    let highest = Math.max(current?.highest ?? 0, this.upTo, ...this.applied, ...this.parked);
    let room = this.maxWaiting - members.filter(({ arrival }) => arrival.stored).length;

    const batch = new Map(members.map(({ arrival }) => [arrival.key, arrival]));
    const voided = new Set<string>();
    for (const { arrival } of members) {
      const target = arrival.voids && batch.get(arrival.voids.key);
      if (target && this.voidMatches(arrival, target)) voided.add(target.key);
    }
    const inOrder = [...members].sort(
      ({ arrival: a }, { arrival: b }) =>
        (a.sequence ?? 0) - (b.sequence ?? 0) ||
        Number(b.voids !== undefined) - Number(a.voids !== undefined),
    );
    for (const { arrival, fills } of inOrder) {
      const sequence = arrival.sequence ?? 0;
      if (arrival.epoch === this.newest) highest = Math.max(highest, sequence);
      if (arrival.voids) this.planVoid(arrival, sequence, batch.get(arrival.voids.key));
      else if (voided.has(arrival.key)) this.steps.push({ arrival, outcome: 'drop', reason: 'voided' });
      else if (arrival.settled) this.planSettled(arrival, sequence);
      else if (arrival.epoch !== this.newest) this.planOfEndedEpoch(arrival, fills);
      else if (this.isTaken(sequence)) {
        this.steps.push({ arrival, outcome: 'conflict', reason: 'sequence-conflict' });
      } else if (fills) {
        this.steps.push({ arrival, outcome: 'fill' });
        (fills === 'parked' ? this.parked : this.applied).add(sequence);
      } else if (this.plan(arrival, sequence, room) === 'wait' && !arrival.stored) room -= 1;
      while (this.applied.delete(this.upTo + 1)) this.upTo += 1;
    }
    const here = this.applied.size + this.parked.size + this.waiting.size;
    return {
      steps: this.steps,
      stream: {
        epoch: this.newest,
        upTo: this.upTo,
        unfinished: here,
        highest,
        hole: here < highest - this.upTo,
      },
    };
  }

  private planSettled(arrival: A, sequence: number): void {
    this.steps.push({ arrival, outcome: 'drop' });
    if (arrival.epoch === this.newest && sequence > this.upTo) this.applied.add(sequence);
  }

  private plan(arrival: A, sequence: number, room: number): Outcome {
    let outcome: Outcome;
    if (arrival.refused) {
      outcome = 'park';
      // What nothing waits for is settled even when parked; a case's later events wait behind theirs.
      (arrival.ordering === 'arrival' ? this.applied : this.parked).add(sequence);
    } else if (arrival.ordering === 'arrival' || sequence === this.upTo + 1) {
      outcome = 'apply';
    } else if (arrival.stored || room > 0) {
      outcome = 'wait';
      this.waiting.add(sequence);
    } else {
      outcome = 'defer';
    }
    const overtakenBy = outcome === 'apply' ? [...this.applied].filter((later) => later > sequence) : [];
    if (outcome === 'apply') this.applied.add(sequence);
    this.steps.push({ arrival, outcome, ...(overtakenBy.length > 0 && { overtakenBy }) });
    return outcome;
  }

  /**
   * Numbers of an epoch that a restore of the sender has ended: what waits for nobody is applied, and the rest is left
   * to people. Its sender sends again, under the new epoch, what it still knows of.
   */
  private planOfEndedEpoch(arrival: A, fills: Fills): void {
    if (fills) this.steps.push({ arrival, outcome: 'repeat' });
    else if (arrival.ordering === 'arrival' && !arrival.refused)
      this.steps.push({ arrival, outcome: 'apply' });
    else this.steps.push({ arrival, outcome: 'park', reason: 'epoch-superseded' });
  }

  private planVoid(arrival: A, sequence: number, inBatch: A | undefined): void {
    const row = arrival.voids && this.known.get(arrival.voids.key);
    const target = row ?? inBatch;
    const numbered = arrival.epoch === this.newest;
    if (target ? !this.voidMatches(arrival, target) : numbered && this.isTaken(sequence)) {
      this.steps.push({ arrival, outcome: 'conflict', reason: 'sequence-conflict' });
      return;
    }
    const wasApplied = row?.state === 'applied' || row?.state === 'revoked';
    this.steps.push({
      arrival,
      outcome: 'void',
      found: wasApplied ? 'revoked' : target ? 'dropped' : 'never-seen',
    });
    if (!numbered) return;
    this.parked.delete(sequence);
    this.waiting.delete(sequence);
    if (sequence > this.upTo) this.applied.add(sequence);
  }

  /** Only who knows the disclosure's commitment can void it, and only in its own place. */
  private voidMatches({ voids, epoch, sequence }: A, target: KnownEvent | A): boolean {
    if (target.disclosure !== undefined && target.disclosure !== voids?.disclosure) return false;
    return target.epoch === undefined || target.epoch !== epoch || target.sequence === sequence;
  }

  private isTaken(sequence: number): boolean {
    return (
      sequence <= this.upTo ||
      this.applied.has(sequence) ||
      this.waiting.has(sequence) ||
      this.parked.has(sequence)
    );
  }
}
