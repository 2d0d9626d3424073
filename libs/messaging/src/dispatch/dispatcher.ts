import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import type { Broker } from '../broker';
import { resendRequested } from '../recovery/resend';
import { Breakers, isRecipientFailure, OPEN_BREAKERS, type OpenBreaker } from '../relay/breaker';
import { Relay, whileRenewing } from '../relay/relay';
import { reached, type StageMessage } from '../stages';
import { BatchTrace } from './batch-trace';
import { freezeTogether, type Frozen, type LaneBatch } from './freeze';
import { findLeases, type Lease, LeaseLost, releaseLease } from './lease';
import type { MessagingLogger } from './ports';
import { BATCH_SIZE, nextIntents, prepareBatch, type PreparedBatch, type Queued } from './prepare';
import type { EventPreparation } from './prepare-event';
import { LANES_TOGETHER, Together } from '../together';

export interface DispatcherOptions {
  readonly database: DataSource;
  readonly broker: Broker;
  readonly epoch: string;
  readonly preparation: EventPreparation;
  readonly clock: { now(): Date };
  readonly logger: MessagingLogger;
  /** Lanes worked on at once (default 32): what they ask of the database at the same time goes together. */
  readonly concurrency?: number;
  /** How often lanes that nobody woke are looked for, in ms (default 1000): the fallback after a crash. */
  readonly pollMs?: number;
}

/** Pauses after a failure of a lane: doubled up to the last, with jitter. Other lanes go on. */
const BACKOFF_MS = [100, 200, 400, 800, 1_600, 3_200, 5_000] as const;

/**
 * A batch of several that takes longer than this (ms) met a busy machine, or was large: its lane rests, for so many times
 * as long as it took more, at most so long. The next batch is larger then, and costs fewer statements an event. A batch of
 * few rests never, however long it took: at its rate a rest would gather nothing, and what comes next would wait for it.
 */
const UNHURRIED_MS = 25;
const FEW = 4;
const REST = 3;
const MAX_REST_MS = 250;

interface Turn {
  readonly mayHoldMore: boolean;
  /** Messages that the broker took. */
  readonly published: number;
  /** Deliveries of the batch. */
  readonly taken?: number;
}

interface LaneState {
  lease?: Lease;
  /** Known from the first lease on. */
  topic?: string;
  failures: number;
  /** Not worked on before this (`performance.now`): a moment after a batch, longer after a failure. */
  restsUntil: number;
}

/**
 * Works through the lanes: wake after a commit, poll as the fallback. For a lane it holds the lease of, it prepares and
 * freezes a batch (T2a), publishes and marks it (T2b), and only then takes the next. Lanes of a recipient whose breaker is
 * open rest, but for the one that probes.
 */
export class Dispatcher {
  private readonly holder = randomUUID();
  private readonly relay: Relay;
  private readonly breakers: Breakers;
  private readonly leases: Together<number, Lease | undefined>;
  private readonly queues: Together<number, Queued>;
  private readonly freezing: Together<LaneBatch, Frozen | undefined>;
  private readonly lanes = new Map<number, LaneState>();
  private readonly ready = new Set<number>();
  /** Lanes with frozen bytes to send again. */
  private readonly resending = new Set<number>();
  private readonly running = new Map<number, Promise<void>>();
  /** Topics of recipients that are being tried. */
  private readonly probing = new Set<string>();
  private poll?: NodeJS.Timeout;
  private readonly lingering = new Map<number, NodeJS.Timeout>();
  private resting?: NodeJS.Timeout;
  private stopping = false;

  constructor(private readonly options: DispatcherOptions) {
    this.relay = new Relay(options.database, options.broker, options.clock);
    this.breakers = new Breakers(options.database);
    const { database, preparation } = options;
    this.leases = new Together((lanes) => findLeases(database, lanes, this.holder), LANES_TOGETHER);
    // Lanes that go together share the size of one batch: what is held in memory, and how long a freeze holds its cases.
    this.queues = new Together(
      (lanes) => nextIntents(database, lanes, Math.ceil(BATCH_SIZE / lanes.length)),
      LANES_TOGETHER,
    );
    this.freezing = new Together(
      (batches) => freezeTogether(database, batches, preparation.audit),
      LANES_TOGETHER,
    );
  }

  start(): void {
    this.poll = setInterval(() => void this.scan(), this.options.pollMs ?? 1_000);
    void this.scan();
  }

  /** Lanes that have new intents. `lingerMs` lets records and acknowledgements gather while nobody waits for them. */
  wake(lanes: readonly number[], lingerMs = 0): void {
    if (this.stopping) return;
    if (lingerMs > 0) {
      for (const lane of lanes) this.linger(lane, lingerMs);
      return;
    }
    for (const lane of lanes) this.ready.add(lane);
    this.pump();
  }

  /** Finishes the batches in flight, gives the leases back. */
  async stop(): Promise<void> {
    this.stopping = true;
    clearInterval(this.poll);
    for (const timer of this.lingering.values()) clearTimeout(timer);
    clearTimeout(this.resting);
    await Promise.allSettled(this.running.values());
    for (const { lease } of this.lanes.values()) {
      if (lease) await releaseLease(this.options.database, lease).catch(() => undefined);
    }
  }

  /** The first one to wake it sets the time: those that follow find it set, and their records go along. */
  private linger(lane: number, ms: number): void {
    if (this.lingering.has(lane)) return;
    const timer = setTimeout(() => {
      this.lingering.delete(lane);
      this.wake([lane]);
    }, ms);
    this.lingering.set(lane, timer);
  }

  private pump(): void {
    const limit = this.options.concurrency ?? 32;
    const now = performance.now();
    let soonest = Infinity;
    for (const laneId of this.ready) {
      if (this.stopping || this.running.size >= limit) return;
      if (this.running.has(laneId)) continue;
      const { restsUntil = 0, topic } = this.lanes.get(laneId) ?? {};
      const until = Math.max(restsUntil, this.breakers.heldUntil(topic));
      if (until > now) {
        soonest = Math.min(soonest, until);
        continue;
      }
      const probed = topic !== undefined && this.breakers.isOpen(topic) ? topic : undefined;
      // Recipients that are down take their time to fail: they never hold more than half of what works.
      if (probed !== undefined && this.probing.size >= Math.max(1, limit / 2)) continue;
      this.ready.delete(laneId);
      if (probed !== undefined) this.beginProbe(probed);
      const work = this.work(laneId, probed !== undefined).finally(() => {
        this.running.delete(laneId);
        if (probed !== undefined) this.endProbe(probed);
        this.pump();
      });
      this.running.set(laneId, work);
    }
    clearTimeout(this.resting);
    if (soonest < Infinity) this.resting = setTimeout(() => this.pump(), soonest - now + 1);
  }

  private beginProbe(topic: string): void {
    this.probing.add(topic);
    this.breakers.reserve(topic);
  }

  private endProbe(topic: string): void {
    this.probing.delete(topic);
    this.breakers.release(topic);
  }

  /** Lanes with intents, by skipping through the index, and lanes with frozen bytes that nobody marked. */
  private async scan(): Promise<void> {
    const { database } = this.options;
    try {
      const askedAt = performance.now();
      this.breakers.load(await database.query<OpenBreaker[]>(OPEN_BREAKERS), askedAt);
      const rows = await database.query<{ lane_id: number; resend: boolean }[]>(LANES_WITH_WORK);
      for (const { lane_id, resend } of rows) if (resend) this.resending.add(lane_id);
      // What gathers is sent when its time has come.
      this.wake(rows.map(({ lane_id }) => lane_id).filter((lane) => !this.lingering.has(lane)));
    } catch (error) {
      this.options.logger.warn({ err: error }, 'dispatch cannot read its lanes');
    }
  }

  /** @param reserved for the probe of its recipient */
  private async work(laneId: number, reserved: boolean): Promise<void> {
    const state: LaneState = this.lanes.get(laneId) ?? { failures: 0, restsUntil: 0 };
    this.lanes.set(laneId, state);
    let probing = false;
    try {
      state.lease ??= await this.leases.ask(laneId);
      if (!state.lease) return;
      const { topic } = state.lease;
      state.topic = topic;
      if (this.breakers.isOpen(topic)) {
        probing = reserved && (await this.breakers.takeProbe(state.lease));
        if (!probing) {
          this.ready.add(laneId);
          return;
        }
      }
      const began = performance.now();
      const { mayHoldMore, published, taken = 0 } = await this.turn(state.lease, probing);
      if (published > 0 && (await this.breakers.passed(topic))) this.resume(topic);
      else if (probing && published === 0) await this.breakers.undecided(topic);
      const ended = performance.now();
      if (mayHoldMore) this.ready.add(laneId);
      else state.restsUntil = ended + restAfter(ended - began, taken);
      state.failures = 0;
    } catch (error) {
      await this.failed(laneId, state, error, probing);
    }
  }

  private async failed(laneId: number, state: LaneState, error: unknown, probing: boolean): Promise<void> {
    const { topic = 'none', partition = 0 } = state.lease ?? {};
    reached('lane-failed', { topic, partition, count: 1 });
    const { database, logger } = this.options;
    if (state.lease) {
      const { lease } = state;
      if (isRecipientFailure(error)) {
        await this.breakers.failed(lease, error, probing).catch(() => undefined);
      }
      // What was committed and what was not is unknown now: the next turn starts from the database.
      await releaseLease(database, lease).catch(() => undefined);
    }
    state.lease = undefined;
    const pause = BACKOFF_MS[Math.min(state.failures, BACKOFF_MS.length - 1)] ?? 0;
    state.failures += 1;
    state.restsUntil = performance.now() + pause * (0.5 + Math.random());
    this.ready.add(laneId);
    logger.warn({ laneId, failures: state.failures, err: error }, 'a lane failed');
  }

  /** The recipient is there again: what its lanes have earned in pauses no longer counts. */
  private resume(topic: string): void {
    for (const state of this.lanes.values()) if (state.topic === topic) state.restsUntil = 0;
  }

  /** One batch; `probing`: one message. */
  private async turn(lease: Lease, probing: boolean): Promise<Turn> {
    const { database, epoch, preparation, clock } = this.options;
    let published = await whileRenewing(database, lease, () => this.relay.publishUnmarked(lease, probing));
    if (probing && published > 0) return { mayHoldMore: true, published };
    if (this.resending.delete(lease.laneId)) {
      const resend = () =>
        resendRequested(
          database,
          this.options.broker,
          lease,
          clock,
          preparation.audit,
          probing ? 1 : undefined,
        );
      const resent = await whileRenewing(database, lease, resend);
      if (resent.mayHoldMore || probing) this.resending.add(lease.laneId);
      published += resent.published;
      if (probing && published > 0) return { mayHoldMore: true, published };
    }
    const queued = probing
      ? (await nextIntents(database, [lease.laneId], 1))[0]
      : await this.queues.ask(lease.laneId);
    if (!queued) return { mayHoldMore: true, published };
    const batch = await prepareBatch(database, queued, epoch, preparation, clock.now());
    if (batch.deliveries.length === 0) return { mayHoldMore: this.resending.has(lease.laneId), published };
    const stage = { topic: lease.topic, partition: lease.partition, count: batch.deliveries.length };
    reached('prepared', stage);
    const frozen = await this.freezeAndPublish(lease, batch, stage);
    published += frozen.published;
    if (frozen.refused > 0) reached('refused', { ...stage, count: frozen.refused });
    // Disclosures and refusals have just queued their audit records.
    if (batch.deliveries.some(({ audit }) => audit)) this.wake([preparation.audit.laneId], AUDIT_LINGER_MS);
    return { mayHoldMore: batch.full || frozen.dropped > 0, published, taken: batch.deliveries.length };
  }

  private async freezeAndPublish(
    lease: Lease,
    batch: PreparedBatch,
    stage: StageMessage,
  ): Promise<Frozen & { readonly published: number }> {
    const { database } = this.options;
    const traced = new BatchTrace(batch.deliveries);
    try {
      const frozen = await this.freezing.ask({ lease, batch });
      if (!frozen) throw new LeaseLost(lease);
      reached('frozen', stage);
      traced.frozen(frozen.messages);
      let published = 0;
      if (frozen.messages.length > 0) {
        published = await whileRenewing(database, lease, () => this.relay.publish(lease, frozen));
      }
      traced.marked();
      return { ...frozen, published };
    } catch (error) {
      traced.failed();
      throw error;
    }
  }
}

/**
 * Nobody waits for an audit record's or an acknowledgement's journey, and each passes as many statements as a notice
 * does: gathered for this long (ms), they travel by the hundred. Notices never wait for it.
 */
export const AUDIT_LINGER_MS = 1_000;

/** @param taken deliveries of the batch */
export const restAfter = (tookMs: number, taken: number): number =>
  taken < FEW ? 0 : Math.min(REST * Math.max(0, tookMs - UNHURRIED_MS), MAX_REST_MS);

const LANES_WITH_WORK = `
WITH RECURSIVE lanes AS (
  (SELECT lane_id FROM messaging.intent ORDER BY lane_id LIMIT 1)
  UNION ALL
  SELECT (SELECT i.lane_id FROM messaging.intent i WHERE i.lane_id > lanes.lane_id ORDER BY i.lane_id LIMIT 1)
    FROM lanes WHERE lanes.lane_id IS NOT NULL
)
SELECT lane_id, bool_or(resend) AS resend FROM (
  SELECT lane_id, false AS resend FROM lanes WHERE lane_id IS NOT NULL
  UNION ALL SELECT id, false FROM messaging.lane WHERE marked_position < last_position
  UNION ALL SELECT DISTINCT lane_id, true FROM messaging.resend
) work GROUP BY lane_id`;
