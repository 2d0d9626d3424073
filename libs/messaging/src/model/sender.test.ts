import { Counters } from '../dispatch/prepared';
import { planResend } from '../recovery/resend';
import type { ModelMessage } from './message.test';

/** What the sender's database holds. A crash loses nothing of it; a restore puts an earlier one in its place. */
interface SenderState {
  epoch: string;
  accepted: Accepted[];
  intents: Intent[];
  counters: Map<string, { epoch: string; sequence: number }>;
  deliveries: Delivery[];
  /** By lane: everything up to this position has been acknowledged by the broker, and that is committed. */
  marked: Map<number, number>;
  resend: Set<number>;
  /** By voided event: what the recipient found, once it has said so. */
  voids: Map<string, { readonly id: string; found?: string }>;
  acknowledged: Map<string, { epoch: string; recipientEpoch: string; upTo: number }>;
  recipientEpoch: string;
}

interface Accepted {
  readonly id: string;
  readonly stream: string;
  readonly kind: Kind;
  forbidden: boolean;
  /** Queued when a backup was restored: it may have left in the time that the backup does not know. */
  inDoubt?: boolean;
}

/** `faulty`: the recipient's own check refuses it. */
export type Kind = 'plain' | 'urgent' | 'faulty';

interface Intent {
  readonly id: string;
  readonly lane: number;
  readonly stream: string;
  readonly kind: Kind | 'void';
  readonly voids?: string;
}

interface Delivery {
  readonly position: number;
  readonly lane: number;
  readonly message: ModelMessage;
  state: 'frozen' | 'revoked' | 'taken back';
}

/** Where dispatch stops: before which effect the process dies, or is paused past its lease. */
export type DispatchEnd = 'marked' | 'prepared' | 'frozen' | 'published' | 'paused';

/**
 * The sending side of the protocol: T1, T2a, T2b, sending again. Sequences are taken by the real counters and what is
 * sent again is decided by the real plan; the rest says in memory what the statements of delivery say in SQL.
 */
export class ModelSender {
  state: SenderState = {
    epoch: 'epoch 000',
    accepted: [],
    intents: [],
    counters: new Map(),
    deliveries: [],
    marked: new Map(),
    resend: new Set(),
    voids: new Map(),
    acknowledged: new Map(),
    recipientEpoch: '',
  };
  /** Taken back at any time, in one that a restore has undone too: the recipient does not take it a second time. */
  readonly everForbidden = new Set<string>();
  private made = 0;

  constructor(private readonly publish: (lane: number, message: ModelMessage) => void) {}

  accept(stream: string, lane: number, kind: Kind): void {
    const id = `${kind}-${(this.made += 1)}`;
    this.state.accepted.push({ id, stream, kind, forbidden: false });
    this.state.intents.push({ id, lane, stream, kind });
  }

  /** Nothing may leave of this event any more: queued it is refused, frozen or sent it is revoked and voided. */
  forbid(index: number): void {
    const { accepted } = this.state;
    const event = accepted[index % (accepted.length || 1)];
    if (!event || event.forbidden) return;
    event.forbidden = true;
    this.everForbidden.add(event.id);
    for (const delivery of this.deliveriesOf(event.id)) this.revoke(delivery);
  }

  /** One turn of a lane's leaseholder; gives the sends that a paused one has under way. */
  dispatch(lane: number, end: DispatchEnd): ModelMessage[] {
    this.publishUnmarked(lane);
    const taken = this.state.intents.filter((intent) => intent.lane === lane);
    const counters = new Counters(this.state.epoch);
    counters.load(this.counterRows(taken));
    const first = this.state.deliveries.length + 1;
    const frozen = taken
      .flatMap((intent) => this.freeze(intent, counters) ?? [])
      .map((delivery, index): Delivery => ({ ...delivery, position: first + index, state: 'frozen' }));
    if (end === 'prepared') return [];
    this.state.intents = this.state.intents.filter((intent) => intent.lane !== lane);
    for (const { reference, sequence } of counters.taken())
      this.state.counters.set(reference, { epoch: this.state.epoch, sequence });
    this.state.deliveries.push(...frozen);
    if (end === 'frozen') return [];
    if (end === 'paused') return frozen.map(({ message }) => message);
    for (const { message } of frozen) this.publish(lane, message);
    if (end === 'marked') this.mark(lane);
    return [];
  }

  sendAgain(): void {
    const asked = this.state.deliveries.filter(({ position }) => this.state.resend.has(position));
    const rows = asked.map((delivery) => ({
      delivery,
      position: String(delivery.position),
      state: delivery.state,
      valid_until: null,
      body: Buffer.of(),
    }));
    for (const { delivery } of planResend(rows, new Date(0)).send)
      this.publish(delivery.lane, delivery.message);
    this.state.resend.clear();
  }

  onAcknowledgement(of: {
    readonly stream: string;
    readonly epoch: string;
    readonly upTo: number;
    readonly recipientEpoch: string;
    readonly voids: ReadonlyMap<string, string>;
  }): void {
    const known = this.state.acknowledged.get(of.stream);
    const newer = !known || known.recipientEpoch < of.recipientEpoch || known.epoch < of.epoch;
    if (newer || (known.recipientEpoch === of.recipientEpoch && known.upTo <= of.upTo))
      this.state.acknowledged.set(of.stream, of);
    for (const [id, found] of of.voids) {
      const ordered = this.state.voids.get(id);
      if (ordered) ordered.found ??= found;
    }
  }

  onGapRequest(stream: string, epoch: string, runs: readonly { from: number; to: number }[]): void {
    for (const { position, state, message } of this.state.deliveries) {
      const wanted = runs.some(({ from, to }) => message.sequence >= from && message.sequence <= to);
      if (wanted && message.stream === stream && message.epoch === epoch && state === 'frozen')
        this.state.resend.add(position);
    }
  }

  /** The recipient was restored: once for each of its epochs. */
  onEverythingAsked(recipientEpoch: string): void {
    if (recipientEpoch <= this.state.recipientEpoch) return;
    this.state.recipientEpoch = recipientEpoch;
    for (const { position, state } of this.state.deliveries)
      if (state === 'frozen') this.state.resend.add(position);
  }

  /** Voids that nobody has spoken of, and a case's last event where it is overdue: only so can its loss show. */
  sweep(): void {
    const last = new Map<string, Delivery>();
    for (const delivery of this.state.deliveries) {
      const { message, position, state } = delivery;
      const voided = message.voids && this.state.voids.get(message.voids.id);
      if (voided && voided.found === undefined) this.state.resend.add(position);
      const place = `${message.stream} ${message.epoch}`;
      if (state === 'frozen' && message.sequence >= (last.get(place)?.message.sequence ?? 0))
        last.set(place, delivery);
    }
    for (const { position, message } of last.values()) {
      const acknowledged = this.state.acknowledged.get(message.stream);
      const reached = acknowledged?.epoch === message.epoch ? acknowledged.upTo : 0;
      if (message.sequence > reached) this.state.resend.add(position);
    }
  }

  /** After an earlier state has taken the place of this one: what `beginEpoch` does to the restored database. */
  beginEpoch(epoch: string): void {
    const { state } = this;
    const undelivered = state.deliveries.filter(({ state: standing, message }) => {
      const acknowledged = state.acknowledged.get(message.stream);
      const reached = acknowledged?.epoch === message.epoch ? acknowledged.upTo : 0;
      const current = state.counters.get(message.stream)?.epoch === message.epoch;
      return standing === 'frozen' && !message.voids && current && message.sequence > reached;
    });
    const again = undelivered.map(({ lane, message: { id, stream } }): Intent => {
      const kind = state.accepted.find((event) => event.id === id)?.kind ?? 'plain';
      return { id, lane, stream, kind };
    });
    state.deliveries = state.deliveries.map((delivery) =>
      undelivered.includes(delivery) ? { ...delivery, state: 'taken back' } : delivery,
    );
    state.intents = [...again, ...state.intents];
    const queued = new Set(state.intents.map(({ id }) => id));
    for (const event of state.accepted) if (queued.has(event.id)) event.inDoubt = true;
    state.counters = new Map([...state.counters.keys()].map((stream) => [stream, { epoch, sequence: 0 }]));
    state.acknowledged.clear();
    state.resend.clear();
    for (const lane of state.marked.keys()) this.mark(lane);
    state.epoch = epoch;
  }

  private publishUnmarked(lane: number): void {
    const marked = this.state.marked.get(lane) ?? 0;
    for (const { lane: own, position, state, message } of this.state.deliveries)
      if (own === lane && position > marked && state === 'frozen') this.publish(lane, message);
    this.mark(lane);
  }

  private mark(lane: number): void {
    this.state.marked.set(lane, this.state.deliveries.length);
  }

  private freeze(intent: Intent, counters: Counters): Pick<Delivery, 'lane' | 'message'> | undefined {
    const { id, lane, stream, kind } = intent;
    const common = { stream, key: `sender/${id}`, refused: kind === 'faulty', stored: false };
    if (intent.voids !== undefined) {
      const [voided] = this.deliveriesOf(intent.voids);
      if (!voided) return undefined;
      const { epoch, sequence, disclosure = '', key } = voided.message;
      const voids = { key, disclosure, id: intent.voids };
      return { lane, message: { ...common, id, epoch, sequence, ordering: 'arrival', voids } };
    }
    if (this.state.accepted.find((event) => event.id === id)?.forbidden) return undefined;
    const { epoch, sequence } = counters.take('recipient', stream);
    const ordering = kind === 'urgent' ? 'arrival' : 'case';
    const message = { ...common, id, epoch, sequence, ordering, disclosure: `record of ${id}` } as const;
    return { lane, message };
  }

  private revoke(delivery: Delivery): void {
    delivery.state = 'revoked';
    const { id, stream } = delivery.message;
    if (this.state.voids.has(id)) return;
    const order = { id: `void of ${id}` };
    this.state.voids.set(id, order);
    this.state.intents.push({ ...order, lane: delivery.lane, stream, kind: 'void', voids: id });
  }

  private deliveriesOf(id: string): Delivery[] {
    return this.state.deliveries.filter(({ message, state }) => message.id === id && state !== 'taken back');
  }

  private counterRows(intents: readonly Intent[]) {
    return [...new Set(intents.map(({ stream }) => stream))].map((reference) => {
      const { epoch, sequence } = this.state.counters.get(reference) ?? {
        epoch: this.state.epoch,
        sequence: 0,
      };
      return {
        peer: 'recipient',
        reference,
        epoch,
        last_sequence: sequence,
        recipient_version: sequence,
        last_record: 0,
      };
    });
  }
}
