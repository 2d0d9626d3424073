import { AppError } from '@liaison/kernel';
import type { Pool } from 'pg';
import { backoffMs, delay, RECONNECT, REDELIVERY, settledWithin } from './backoff';
import type { IncomingMessage, SubscribeOptions, Subscription } from './broker';
import type { BrokerLogger } from './broker-logger';
import { databaseErrorCode, embeddedToAppError, MEMBERSHIP_LOST } from './embedded-errors';
import { EmbeddedGroup, type OwnedRow, type Ownership } from './embedded-group';
import type { EmbeddedWakeup } from './embedded-wakeup';
import { partitionKey, stuck } from './subscriptions';

const CLOCK_MARGIN_MS = 100;

export interface EmbeddedSettings extends SubscribeOptions {
  readonly logger: BrokerLogger;
  readonly leaseMs: number;
  readonly pollMs: number;
  readonly closeTimeoutMs: number;
  readonly handlerTimeoutMs: number;
}

/** A partition that this member owns under one token. */
interface Owned extends Ownership {
  /** Next offset to fetch. */
  position: string;
  /** By this process's clock, on the safe side of the database's. */
  leaseUntil: number;
  /** Rejections in a row; fetched again at `heldUntil`. */
  failures: number;
  heldUntil: number;
  lost: boolean;
  /** To be given to another member as soon as no handler runs. */
  surplus: boolean;
}

/** A member of a group over PostgreSQL: one loop renews, fetches and hands out; handlers run beside it. */
export class EmbeddedSubscription implements Subscription {
  private readonly group: EmbeddedGroup;
  private readonly owned = new Map<string, Owned>();
  /** Handlers by partition, with their last sign of life; across tokens, so that none overlap. */
  private readonly running = new Map<string, { lastSign: number; done: Promise<void> }>();
  private readonly paused = new Set<string>();
  private readonly closing = new AbortController();
  private readonly over = new AbortController();
  private wake: () => void = () => undefined;
  private woken = false;
  /** 0: at once. */
  private renewAt = 0;
  private confirmedAt = 0;
  private loop: Promise<void> = Promise.resolve();
  private crashed = false;

  private constructor(
    pool: Pool,
    private readonly settings: EmbeddedSettings,
  ) {
    this.group = new EmbeddedGroup(pool, settings.group);
  }

  /** @throws AppError of the port; `broker-unavailable` when nothing has succeeded within `timeoutMs` */
  static async open(
    pool: Pool,
    wakeup: EmbeddedWakeup,
    settings: EmbeddedSettings,
    timeoutMs: number,
  ): Promise<EmbeddedSubscription> {
    const subscription = new EmbeddedSubscription(pool, settings);
    const deadline = performance.now() + timeoutMs;
    for (let attempt = 0; ; attempt += 1) {
      try {
        await subscription.step();
        break;
      } catch (error) {
        const failure = subscription.explain(error);
        const pause = backoffMs(attempt, RECONNECT);
        if (!failure.retriable || performance.now() + pause > deadline) throw failure;
        await delay(pause);
      }
    }
    subscription.loop = subscription.run(wakeup);
    return subscription;
  }

  get healthy(): boolean {
    return (
      !this.crashed &&
      !this.closing.signal.aborted &&
      performance.now() < this.confirmedAt + this.settings.leaseMs
    );
  }

  pause(topic: string, partition: number): void {
    this.paused.add(partitionKey(topic, partition));
  }

  resume(topic: string, partition: number): void {
    this.paused.delete(partitionKey(topic, partition));
    this.wakeUp();
  }

  async close(): Promise<void> {
    this.closing.abort();
    this.wakeUp();
    await this.loop;
    const handlers = Promise.all([...this.running.values()].map(({ done }) => done));
    if (!(await settledWithin(handlers, this.settings.closeTimeoutMs))) {
      this.settings.logger.warn(
        { group: this.settings.group },
        'left the group with a handler still running',
      );
    }
    this.over.abort();
    await this.group.leave().catch(() => undefined);
  }

  private async run(wakeup: EmbeddedWakeup): Promise<void> {
    const off = wakeup.on((wake, payload) => {
      if (wake === 'group') this.renewAt = 0;
      else if (![...this.owned.values()].some(({ topicId }) => String(topicId) === payload)) return;
      this.wakeUp();
    });
    for (let attempt = 0; !this.closing.signal.aborted;) {
      try {
        await this.sleep();
        if (this.closing.signal.aborted) break;
        await this.step();
        attempt = 0;
      } catch (error) {
        const failure = this.explain(error);
        if (!failure.retriable) {
          this.crash(failure);
          break;
        }
        this.settings.logger.warn(
          { group: this.settings.group, code: failure.code },
          'the embedded broker is away',
        );
        await delay(backoffMs(attempt++, RECONNECT), this.closing.signal);
        this.woken = true;
      }
    }
    off();
  }

  private async step(): Promise<void> {
    if (performance.now() >= this.renewAt) await this.renew();
    await this.fetch();
  }

  private async renew(): Promise<void> {
    const { topics, leaseMs } = this.settings;
    const asked = performance.now();
    for (const [key, { lastSign }] of this.running) {
      if (asked - lastSign > this.settings.handlerTimeoutMs) throw stuck(key, this.settings.handlerTimeoutMs);
    }
    const rows = await this.group.acquire(topics, leaseMs);
    this.confirmedAt = asked;
    this.renewAt = asked + leaseMs / 4;
    const keys = new Set(rows.map((row) => this.own(row, asked + leaseMs - CLOCK_MARGIN_MS)));
    for (const [key, owned] of this.owned) if (!keys.has(key)) this.lose(key, owned);
    await this.giveBack(this.owned.size - (rows[0]?.share ?? 0));
  }

  private own(row: OwnedRow, leaseUntil: number): string {
    const key = partitionKey(row.topic, row.partition);
    const known = this.owned.get(key);
    if (known?.token === row.token) {
      known.leaseUntil = leaseUntil;
      return key;
    }
    if (known) this.lose(key, known);
    this.owned.set(key, {
      topic: row.topic,
      topicId: row.topic_id,
      partition: row.partition,
      token: row.token,
      position: row.next_offset,
      leaseUntil,
      failures: 0,
      heldUntil: 0,
      lost: false,
      surplus: false,
    });
    return key;
  }

  private lose(key: string, owned: Owned): void {
    owned.lost = true;
    if (this.owned.get(key) === owned) this.owned.delete(key);
  }

  private async giveBack(count: number): Promise<void> {
    const idleFirst = [...this.owned].sort(
      ([a], [b]) => Number(this.running.has(a)) - Number(this.running.has(b)),
    );
    for (const [index, [key, owned]] of idleFirst.entries()) {
      owned.surplus = index < count;
      if (!owned.surplus || this.running.has(key)) continue;
      this.lose(key, owned);
      await this.group.release(owned);
    }
  }

  private async fetch(): Promise<void> {
    const now = performance.now();
    const idle = [...this.owned].filter(
      ([key, { heldUntil, surplus }]) =>
        !this.running.has(key) && !this.paused.has(key) && !surplus && heldUntil <= now,
    );
    if (idle.length === 0) return;
    const rows = await this.group.fetch(
      idle.map(([, owned]) => owned),
      this.settings.maxBatch ?? 500,
    );
    const batches = new Map<string, IncomingMessage[]>();
    for (const row of rows) {
      const key = partitionKey(row.topic, row.partition);
      const batch = batches.get(key);
      if (batch) batch.push(row);
      else batches.set(key, [row]);
    }
    for (const [key, owned] of idle) {
      const messages = batches.get(key);
      if (messages && !this.paused.has(key) && !this.closing.signal.aborted)
        this.handOut(key, owned, messages);
    }
  }

  private handOut(key: string, owned: Owned, messages: readonly IncomingMessage[]): void {
    const turn = { lastSign: performance.now(), done: Promise.resolve() };
    this.running.set(key, turn);
    turn.done = this.handle(key, owned, messages, turn).finally(() => {
      this.running.delete(key);
      if (owned.surplus) this.renewAt = 0;
      this.wakeUp();
    });
  }

  private async handle(
    key: string,
    owned: Owned,
    messages: readonly IncomingMessage[],
    turn: { lastSign: number },
  ): Promise<void> {
    const { topic, partition } = owned;
    const isStale = (): boolean =>
      owned.lost || this.over.signal.aborted || performance.now() > owned.leaseUntil;
    try {
      await this.settings.onBatch({
        topic,
        partition,
        messages,
        isStale,
        heartbeat: async () => {
          turn.lastSign = performance.now();
        },
      });
      if (owned.lost || this.over.signal.aborted) return;
      const next = String(BigInt(messages[messages.length - 1]?.offset ?? '0') + 1n);
      await this.group.commit(owned, next);
      owned.position = next;
      owned.failures = 0;
    } catch (error) {
      if (databaseErrorCode(error) === MEMBERSHIP_LOST) return this.lose(key, owned);
      const pause = backoffMs(owned.failures, REDELIVERY);
      owned.heldUntil = performance.now() + pause;
      this.settings.logger.warn(
        {
          group: this.settings.group,
          topic,
          partition,
          attempt: owned.failures++,
          pause,
          err: error,
        },
        'a batch was rejected and comes again',
      );
    }
  }

  private async sleep(): Promise<void> {
    const now = performance.now();
    const held = [...this.owned.values()].map(({ heldUntil }) => heldUntil - now).filter((ms) => ms > 0);
    const ms = Math.max(0, Math.min(this.settings.pollMs, this.renewAt - now, ...held));
    if (!this.woken && ms > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        this.wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.woken = false;
  }

  private wakeUp(): void {
    this.woken = true;
    this.wake();
  }

  private explain(error: unknown): AppError {
    const { group, topics } = this.settings;
    return embeddedToAppError(error, { group, topic: topics.join(', ') });
  }

  private crash(failure: AppError): void {
    this.crashed = true;
    this.over.abort();
    for (const owned of this.owned.values()) owned.lost = true;
    const { logger, group } = this.settings;
    logger.error({ group, err: failure }, 'the subscription has ended');
    this.settings.onCrash(failure);
  }
}
