import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import type { Broker } from '../broker';
import { resendRequested } from '../recovery/resend';
import { Relay, whileRenewing } from '../relay/relay';
import { reached } from '../stages';
import { freeze } from './freeze';
import { findLease, type Lease, releaseLease } from './lease';
import type { MessagingLogger } from './ports';
import { prepareBatch } from './prepare';
import type { EventPreparation } from './prepare-event';

export interface DispatcherOptions {
  readonly database: DataSource;
  readonly broker: Broker;
  readonly epoch: string;
  readonly preparation: EventPreparation;
  readonly clock: { now(): Date };
  readonly logger: MessagingLogger;
  /** Lanes worked on at once (default 4). */
  readonly concurrency?: number;
  /** How often lanes that nobody woke are looked for, in ms (default 1000): the fallback after a crash. */
  readonly pollMs?: number;
}

/** Pauses after a failure of a lane: doubled up to the last, with jitter. Other lanes go on. */
const BACKOFF_MS = [100, 200, 400, 800, 1_600, 3_200, 5_000] as const;

/**
 * After a batch a lane rests for so many times as long as it took, at most so long (ms): the busier the machine, the larger
 * the next batch and the fewer statements an event. What comes to a lane that has rested goes at once.
 */
const REST = 2;
const MAX_REST_MS = 100;

interface LaneState {
  lease?: Lease;
  failures: number;
  /** Not worked on before this (`performance.now`): a moment after a batch, longer after a failure. */
  restsUntil: number;
}

/**
 * Works through the lanes: wake after a commit, poll as the fallback. For a lane it holds the lease of, it prepares and
 * freezes a batch (T2a), publishes and marks it (T2b), and only then takes the next.
 */
export class Dispatcher {
  private readonly holder = randomUUID();
  private readonly relay: Relay;
  private readonly lanes = new Map<number, LaneState>();
  private readonly ready = new Set<number>();
  /** Lanes with frozen bytes to send again. */
  private readonly resending = new Set<number>();
  private readonly running = new Map<number, Promise<void>>();
  private poll?: NodeJS.Timeout;
  private readonly lingering = new Map<number, NodeJS.Timeout>();
  private resting?: NodeJS.Timeout;
  private stopping = false;

  constructor(private readonly options: DispatcherOptions) {
    this.relay = new Relay(options.database, options.broker, options.clock);
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
    const limit = this.options.concurrency ?? 4;
    const now = performance.now();
    let soonest = Infinity;
    for (const laneId of this.ready) {
      if (this.stopping || this.running.size >= limit) return;
      if (this.running.has(laneId)) continue;
      const { restsUntil = 0 } = this.lanes.get(laneId) ?? {};
      if (restsUntil > now) {
        soonest = Math.min(soonest, restsUntil);
        continue;
      }
      this.ready.delete(laneId);
      const work = this.work(laneId).finally(() => {
        this.running.delete(laneId);
        this.pump();
      });
      this.running.set(laneId, work);
    }
    clearTimeout(this.resting);
    if (soonest < Infinity) this.resting = setTimeout(() => this.pump(), soonest - now + 1);
  }

  /** Lanes with intents, by skipping through the index, and lanes with frozen bytes that nobody marked. */
  private async scan(): Promise<void> {
    try {
      const rows = await this.options.database.query<{ lane_id: number; resend: boolean }[]>(LANES_WITH_WORK);
      for (const { lane_id, resend } of rows) if (resend) this.resending.add(lane_id);
      this.wake(rows.map(({ lane_id }) => lane_id));
    } catch (error) {
      this.options.logger.warn({ error: nameOf(error) }, 'dispatch cannot read its lanes');
    }
  }

  private async work(laneId: number): Promise<void> {
    const state = this.lanes.get(laneId) ?? { failures: 0, restsUntil: 0 };
    this.lanes.set(laneId, state);
    try {
      state.lease ??= await findLease(this.options.database, laneId, this.holder);
      if (!state.lease) return;
      const began = performance.now();
      const mayHoldMore = await this.turn(state.lease);
      const ended = performance.now();
      if (mayHoldMore) this.ready.add(laneId);
      else state.restsUntil = ended + Math.min(REST * (ended - began), MAX_REST_MS);
      state.failures = 0;
    } catch (error) {
      const { topic = 'none', partition = 0 } = state.lease ?? {};
      reached('lane-failed', { topic, partition, count: 1 });
      // What was committed and what was not is unknown now: the next turn starts from the database.
      if (state.lease) await releaseLease(this.options.database, state.lease).catch(() => undefined);
      state.lease = undefined;
      const pause = BACKOFF_MS[Math.min(state.failures, BACKOFF_MS.length - 1)] ?? 0;
      state.failures += 1;
      state.restsUntil = performance.now() + pause * (0.5 + Math.random());
      this.ready.add(laneId);
      this.options.logger.warn({ laneId, failures: state.failures, error: nameOf(error) }, 'a lane failed');
    }
  }

  /** One batch; true when the lane may hold more. */
  private async turn(lease: Lease): Promise<boolean> {
    const { database, epoch, preparation, clock } = this.options;
    await whileRenewing(database, lease, () => this.relay.publishUnmarked(lease));
    if (this.resending.delete(lease.laneId)) {
      const resend = () => resendRequested(database, this.options.broker, lease, clock);
      if (await whileRenewing(database, lease, resend)) this.resending.add(lease.laneId);
    }
    const batch = await prepareBatch(database, lease, epoch, preparation, clock.now());
    if (batch.deliveries.length === 0) return this.resending.has(lease.laneId);
    const stage = { topic: lease.topic, partition: lease.partition, count: batch.deliveries.length };
    reached('prepared', stage);
    const frozen = await freeze(database, lease, batch, preparation.audit);
    reached('frozen', stage);
    if (frozen.messages.length > 0) {
      await whileRenewing(database, lease, () => this.relay.publish(lease, frozen.messages));
    }
    if (frozen.refused > 0) reached('refused', { ...stage, count: frozen.refused });
    // Disclosures and refusals have just queued their audit records.
    if (batch.deliveries.some(({ audit }) => audit)) this.wake([preparation.audit.laneId], AUDIT_LINGER_MS);
    return batch.full || frozen.dropped > 0;
  }
}

/**
 * Nobody waits for an audit record's or an acknowledgement's journey, and each passes as many statements as a notice
 * does: gathered for this long (ms), they travel by the dozen. Notices never wait for it.
 */
export const AUDIT_LINGER_MS = 500;

const nameOf = (error: unknown) => (error instanceof Error ? `${error.name}: ${error.message}` : 'unknown');

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
