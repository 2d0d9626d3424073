import {
  type KnownEvent,
  planArrivals,
  type PlannedStream,
  type Step,
  type StreamState,
} from '../consumer/ordering';
import { missingRuns, type Run } from '../recovery/missing';
import type { ModelMessage } from './message.test';

interface Row extends KnownEvent {
  readonly stream: string;
  /** Kept only while it waits. */
  readonly body?: ModelMessage;
  /** Only the event's void has come. */
  readonly tombstone?: boolean;
  readonly conflict?: boolean;
}

/** What the recipient's database holds. */
interface RecipientState {
  epoch: string;
  inbox: Map<string, Row>;
  streams: Map<string, { epoch: string; upTo: number; unfinished: number }>;
  holes: Map<string, { epoch: string; highest: number }>;
  /** What projections have applied, in order; and what their undoing has taken back. */
  applied: {
    readonly id: string;
    readonly stream: string;
    readonly sequence: number;
    readonly epoch: string;
  }[];
  undone: string[];
  /** One record of receipt an event applied. */
  records: string[];
  /** Nobody in the model misbehaves: there must be none. */
  incidents: string[];
  voidsFound: Map<string, string>;
  /** Streams with something to acknowledge. */
  unacknowledged: Set<string>;
  /** A restore has to be told. */
  asksEverything: boolean;
}

/**
 * The receiving side of the protocol: T3. What happens to each message is decided by the real plan; the rest says in
 * memory what the statements of the inbox say in SQL.
 */
export class ModelRecipient {
  state: RecipientState = {
    epoch: 'epoch 000',
    inbox: new Map(),
    streams: new Map(),
    holes: new Map(),
    applied: [],
    undone: [],
    records: [],
    incidents: [],
    voidsFound: new Map(),
    unacknowledged: new Set(),
    asksEverything: false,
  };

  /** One transaction for a batch. */
  receive(batch: readonly ModelMessage[]): void {
    const { inbox, streams, holes } = this.state;
    const states = this.streamStates(new Set(batch.map(({ stream }) => stream)));
    const waiting = [...inbox.values()].flatMap(({ body }) =>
      body && states.has(body.stream) && states.get(body.stream)?.epoch === body.epoch
        ? { ...body, stored: true }
        : [],
    );
    const plan = planArrivals([...waiting, ...batch], inbox, states);
    for (const step of plan.steps) this.settle(step);
    for (const [stream, planned] of plan.streams) {
      streams.set(stream, { epoch: planned.epoch, upTo: planned.upTo, unfinished: planned.unfinished });
      this.noteHole(stream, planned, holes);
    }
    for (const { stream } of batch) this.state.unacknowledged.add(stream);
  }

  acknowledgements() {
    const { streams, unacknowledged, epoch: recipientEpoch, voidsFound } = this.state;
    const sent = [...unacknowledged].flatMap((stream) => {
      const known = streams.get(stream);
      return known ? { stream, ...known, recipientEpoch, voids: new Map(voidsFound) } : [];
    });
    unacknowledged.clear();
    return sent;
  }

  gapRequests(): { readonly stream: string; readonly epoch: string; readonly runs: readonly Run[] }[] {
    const { holes, inbox, streams } = this.state;
    return [...holes].flatMap(([stream, { epoch, highest }]) => {
      const upTo = streams.get(stream)?.upTo ?? 0;
      const here = [...inbox.values()].flatMap((row) =>
        row.stream === stream && row.epoch === epoch && (row.sequence ?? 0) > upTo ? (row.sequence ?? 0) : [],
      );
      const runs = missingRuns(upTo, highest, here, 500);
      return runs.length > 0 ? { stream, epoch, runs } : [];
    });
  }

  private streamStates(wanted: ReadonlySet<string>): Map<string, StreamState> {
    const states = new Map<string, StreamState>();
    for (const stream of wanted) {
      const known = this.state.streams.get(stream);
      if (!known) continue;
      const { epoch, upTo } = known;
      const beyond = [...this.state.inbox.values()].filter(
        (row) =>
          row.stream === stream && row.epoch === epoch && (row.sequence ?? 0) > upTo && row.conflict !== true,
      );
      const inState = (...kinds: KnownEvent['state'][]) =>
        beyond.flatMap(({ state, sequence }) => (kinds.includes(state) ? (sequence ?? 0) : []));
      const hole = this.state.holes.get(stream);
      states.set(stream, {
        epoch,
        upTo,
        appliedBeyond: inState('applied', 'dropped'),
        parked: inState('parked'),
        highest: hole?.epoch === epoch ? hole.highest : undefined,
      });
    }
    return states;
  }

  private settle({ arrival, outcome, found, reason }: Step<ModelMessage>): void {
    const { inbox, applied, records } = this.state;
    const { id, key, stream, epoch, sequence, disclosure } = arrival;
    const row = { stream, epoch, sequence, ...(disclosure !== undefined && { disclosure }) };
    const known = inbox.get(key);
    if (outcome === 'conflict') this.state.incidents.push(key);
    const replaceable =
      !known || known.state === 'waiting' || known.superseded === true || known.tombstone === true;
    if (outcome === 'apply') {
      applied.push({ id, stream, sequence, epoch });
      records.push(key);
      inbox.set(key, { ...row, state: 'applied' });
    } else if (outcome === 'wait') inbox.set(key, { ...row, state: 'waiting', body: arrival });
    else if (outcome === 'fill' && known) inbox.set(key, { ...known, epoch, sequence });
    else if (outcome === 'void') {
      inbox.set(key, { ...row, state: 'applied' });
      this.settleVoid(arrival, found ?? 'never-seen');
    } else if (outcome === 'repeat' && known?.tombstone === true) {
      inbox.set(key, { ...known, tombstone: false });
    } else if (replaceable && (outcome === 'park' || outcome === 'drop' || outcome === 'conflict')) {
      inbox.set(key, {
        ...row,
        state: outcome === 'drop' ? 'dropped' : 'parked',
        superseded: reason === 'epoch-superseded',
        conflict: outcome === 'conflict',
      });
    }
  }

  private settleVoid({ voids, stream, epoch, sequence }: ModelMessage, found: string): void {
    if (!voids) return;
    const { inbox, undone, voidsFound } = this.state;
    const row = inbox.get(voids.key);
    const wasApplied = row?.state === 'applied' || row?.state === 'revoked';
    if (row?.state === 'applied') undone.push(voids.id);
    const { disclosure } = voids;
    inbox.set(voids.key, {
      ...(row ? { ...row, body: undefined } : { stream, epoch, sequence, disclosure, tombstone: true }),
      state: wasApplied ? 'revoked' : 'dropped',
    });
    if (!voidsFound.has(voids.id)) voidsFound.set(voids.id, found);
  }

  private noteHole(stream: string, planned: PlannedStream, holes: RecipientState['holes']): void {
    if (planned.hole) holes.set(stream, { epoch: planned.epoch, highest: planned.highest });
    else holes.delete(stream);
  }
}
