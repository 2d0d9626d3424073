/**
 * Decides, without touching anything, what happens to each event of a batch: the order of a case, repeats, holes.
 * Held by properties: whatever the arrival order and the repeats, each case's events are applied once, in order.
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
}

export interface StreamState {
  readonly epoch: string;
  /** Every sequence up to this one is settled. */
  readonly upTo: number;
  /** Sequences beyond `upTo` that are applied already (types applied on arrival). */
  readonly appliedBeyond: readonly number[];
  /** Sequences beyond `upTo` that are parked. */
  readonly parked: readonly number[];
}

export type Outcome = 'apply' | 'wait' | 'park' | 'drop' | 'repeat' | 'conflict';

export interface Plan<A extends Arrival> {
  /** In the order in which they are to be applied. */
  readonly steps: readonly { readonly arrival: A; readonly outcome: Outcome }[];
  readonly streams: ReadonlyMap<string, PlannedStream>;
}

export interface PlannedStream {
  readonly epoch: string;
  readonly upTo: number;
  /** Events of the stream that wait, are parked or were applied beyond a hole: more than 0 means look again. */
  readonly unfinished: number;
}

/**
 * @param arrivals in order of arrival; stored ones (waiting in the inbox) may stand anywhere
 * @param known keys that the inbox holds already, other than stored arrivals
 * @param streams what the database says of each stream, under lock; a missing one is new
 */
export function planArrivals<A extends Arrival>(
  arrivals: readonly A[],
  known: ReadonlySet<string>,
  streams: ReadonlyMap<string, StreamState>,
): Plan<A> {
  const seen = new Set(known);
  const steps: { arrival: A; outcome: Outcome }[] = [];
  const byStream = new Map<string, A[]>();
  for (const arrival of arrivals) {
    if (seen.has(arrival.key)) {
      steps.push({ arrival, outcome: 'repeat' });
      continue;
    }
    seen.add(arrival.key);
    if (arrival.stream === undefined || arrival.sequence === undefined) {
      steps.push({ arrival, outcome: arrival.settled ? 'drop' : arrival.refused ? 'park' : 'apply' });
      continue;
    }
    const members = byStream.get(arrival.stream) ?? [];
    members.push(arrival);
    byStream.set(arrival.stream, members);
  }
  const planned = new Map<string, PlannedStream>();
  for (const [stream, members] of byStream) {
    const result = planStream(members, streams.get(stream));
    steps.push(...result.steps);
    planned.set(stream, result.stream);
  }
  return { steps, streams: planned };
}

function planStream<A extends Arrival>(members: readonly A[], state: StreamState | undefined) {
  const newest = members.reduce(
    (epoch, { epoch: own = '' }) => (own > epoch ? own : epoch),
    state?.epoch ?? '',
  );
  const current = state?.epoch === newest ? state : undefined;
  let upTo = current?.upTo ?? 0;
  const applied = new Set(current?.appliedBeyond);
  const parked = new Set(current?.parked);
  const waiting = new Set<number>();
  const steps: { arrival: A; outcome: Outcome }[] = [];
  const inOrder = [...members].sort((a, b) => (a.sequence ?? 0) - (b.sequence ?? 0));

  for (const arrival of inOrder) {
    const sequence = arrival.sequence ?? 0;
    let outcome: Outcome;
    if (arrival.epoch !== newest) {
      // Numbers of an epoch that a restore of the sender has ended.
      outcome = 'drop';
    } else if (arrival.settled) {
      outcome = 'drop';
      if (sequence > upTo) applied.add(sequence);
    } else if (sequence <= upTo || applied.has(sequence) || waiting.has(sequence) || parked.has(sequence)) {
      outcome = 'conflict';
    } else if (arrival.refused) {
      outcome = 'park';
      // What nothing waits for is settled even when parked; a case's later events wait behind theirs.
      (arrival.ordering === 'arrival' ? applied : parked).add(sequence);
    } else if (arrival.ordering === 'arrival') {
      outcome = 'apply';
      applied.add(sequence);
    } else if (sequence === upTo + 1) {
      outcome = 'apply';
      applied.add(sequence);
    } else {
      outcome = 'wait';
      waiting.add(sequence);
    }
    while (applied.delete(upTo + 1)) upTo += 1;
    steps.push({ arrival, outcome });
  }
  return {
    steps,
    stream: { epoch: newest, upTo, unfinished: applied.size + parked.size + waiting.size },
  };
}
