import { AppError } from '@liaison/kernel';
import type { Consumer, EachBatchPayload, KafkaMessage } from 'kafkajs';
import { backoffMs, delay, REDELIVERY, settledWithin } from './backoff';
import type { IncomingMessage, SubscribeOptions } from './broker';
import type { BrokerLogger } from './broker-logger';
import { type KafkaClient, RETRIES } from './kafka-client';
import { GroupForbidden, kafkaErrorType, toAppError } from './kafka-errors';
import './kafka-stopped';
import { partitionKey, splitKey, stuck } from './subscriptions';

const SESSION_TIMEOUT_MS = 6000;
const HEARTBEAT_MS = 1500;
/** How long members wait for one that is in a handler before they share its partitions without it. */
const REBALANCE_TIMEOUT_MS = 60_000;
/** Also the longest an idle consumer takes to stop, and a resumed partition to be fetched. */
const FETCH_WAIT_MS = 250;
/** New partitions are found within this. */
const METADATA_MAX_AGE_MS = 5000;
const COMMIT_ATTEMPTS = 4;
/** No sign of the group's coordinator for this long, with no handler running: given up and built anew. */
const GIVEN_UP_MS = 60_000;
/** Leaving a broker that is away takes no longer than this, unless a handler is waited for. */
const LEAVE_MS = 2000;
const MEMBERSHIP_LOST = ['UNKNOWN_MEMBER_ID', 'ILLEGAL_GENERATION', 'FENCED_INSTANCE_ID'];

export interface ConsumerSettings extends SubscribeOptions {
  readonly logger: BrokerLogger;
  /** A handler that neither ends nor calls `heartbeat` for this long is given up, with its membership. */
  readonly handlerTimeoutMs: number;
}

/** One life of a kafkajs consumer: from joining the group until it stops, is given up, or crashes. */
export class KafkaConsumer {
  /** Settles once: with what ended it, or with nothing after `stop`. */
  readonly ended: Promise<AppError | undefined>;
  private end!: (reason: AppError | undefined) => void;
  private readonly consumer: Consumer;
  private readonly failures = new Map<string, number>();
  private readonly backingOff = new Set<string>();
  private readonly running = new Map<string, Promise<void>>();
  private readonly over = new AbortController();
  private joined = false;
  private fetched = false;
  private lastSign = performance.now();
  /** Counts joins: what was fetched in an earlier generation may belong to another member by now. */
  private generation = 0;
  private lostGeneration = -1;

  constructor(
    private readonly client: KafkaClient,
    private readonly settings: ConsumerSettings,
    /** Keys of the partitions that the owner has paused; outlives this consumer. */
    private readonly paused: ReadonlySet<string>,
  ) {
    this.ended = new Promise((resolve) => (this.end = resolve));
    this.consumer = client.kafka.consumer({
      groupId: settings.group,
      sessionTimeout: SESSION_TIMEOUT_MS,
      heartbeatInterval: HEARTBEAT_MS,
      rebalanceTimeout: REBALANCE_TIMEOUT_MS,
      maxWaitTimeInMs: FETCH_WAIT_MS,
      minBytes: 1,
      metadataMaxAge: METADATA_MAX_AGE_MS,
      allowAutoTopicCreation: false,
      // Rebuilt by KafkaSubscription: kafkajs restarts some failures, and dies silently of the others.
      retry: { retries: RETRIES.endless, restartOnFailure: async () => false },
    });
  }

  get healthy(): boolean {
    const over = this.over.signal.aborted;
    return !over && this.joined && this.fetched && performance.now() - this.lastSign < SESSION_TIMEOUT_MS;
  }

  /** Resolves when the group has been joined and a first fetch has come back. @throws AppError */
  async start(): Promise<void> {
    const { consumer } = this;
    const { GROUP_JOIN, FETCH, HEARTBEAT, REBALANCING, CRASH } = consumer.events;
    const firstFetch = new Promise<void>((resolve) => {
      consumer.on(FETCH, () => {
        if (!this.joined) return;
        this.fetched = true;
        resolve();
      });
    });
    consumer.on(GROUP_JOIN, () => {
      this.generation += 1;
      this.joined = true;
      this.lastSign = performance.now();
      for (const key of this.paused) this.setFlow('pause', key);
    });
    consumer.on(HEARTBEAT, () => (this.lastSign = performance.now()));
    consumer.on(REBALANCING, () => (this.joined = false));
    consumer.on(CRASH, ({ payload }) => this.fail(payload.error));

    const started = this.run().catch((error: unknown) => this.fail(error));
    const failure = await Promise.race([this.ended, started.then(() => firstFetch)]);
    if (failure) throw failure;
    if (this.over.signal.aborted) throw new AppError('broker-unavailable', 'The subscription was closed.');
    this.watch();
  }

  private async run(): Promise<void> {
    await this.consumer.connect();
    await this.consumer.subscribe({ topics: [...this.settings.topics], fromBeginning: true });
    await this.consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: 3,
      eachBatch: (payload) => this.inTurn(payload),
    });
  }

  /** Leaves the group after the running handlers; after `graceMs` without them. Idempotent. */
  async stop(graceMs: number): Promise<void> {
    this.end(undefined);
    const leaving = this.consumer.disconnect();
    const handlers = Promise.all(this.running.values());
    if (!(await settledWithin(handlers, graceMs))) {
      this.settings.logger.warn(
        { group: this.settings.group },
        'left the group with a handler still running',
      );
    } else {
      await settledWithin(leaving, Math.min(graceMs, LEAVE_MS));
    }
    this.over.abort();
    this.client.kill();
  }

  pause(topic: string, partition: number): void {
    this.setFlow('pause', partitionKey(topic, partition));
  }

  resume(topic: string, partition: number): void {
    const key = partitionKey(topic, partition);
    if (!this.backingOff.has(key)) this.setFlow('resume', key);
  }

  private setFlow(action: 'pause' | 'resume', key: string): void {
    const [topic, partition] = splitKey(key);
    try {
      this.consumer[action]([{ topic, partitions: [partition] }]);
    } catch {
      // kafkajs has no group to tell before the first join and after a crash; the next join applies `paused`.
    }
  }

  private fail(error: unknown): void {
    this.joined = false;
    const cause = this.client.groupForbidden ? new GroupForbidden('group authorization failed') : error;
    const { group, topics } = this.settings;
    this.end(toAppError(cause, { group, topic: topics.join(', ') }));
  }

  /** A consumer that neither crashes nor gets anywhere is given up as well. */
  private watch(): void {
    const timer = setInterval(() => {
      const silent = performance.now() - this.lastSign > GIVEN_UP_MS;
      if (silent && this.running.size === 0) this.fail(new Error('no sign of the group coordinator'));
    }, SESSION_TIMEOUT_MS).unref();
    void this.ended.then(() => clearInterval(timer));
  }

  /** Two generations may overlap in one process; their handlers of one partition do not. */
  private async inTurn(payload: EachBatchPayload): Promise<void> {
    const key = partitionKey(payload.batch.topic, payload.batch.partition);
    const generation = this.generation;
    const earlier = this.running.get(key);
    const turn = (async () => {
      await earlier;
      await this.handle(payload, key, generation);
    })();
    this.running.set(key, turn);
    await turn;
    if (this.running.get(key) === turn) this.running.delete(key);
  }

  /** Never throws: kafkajs would end the consumer, for some errors without a word. */
  private async handle(payload: EachBatchPayload, key: string, generation: number): Promise<void> {
    const { batch } = payload;
    const { topic, partition } = batch;
    const isStale = (): boolean =>
      generation !== this.generation || this.lostGeneration === generation || this.over.signal.aborted;
    let lastSignOfHandler = performance.now();
    const beat = async (): Promise<void> => {
      await payload.heartbeat().catch((error: unknown) => {
        if (MEMBERSHIP_LOST.includes(kafkaErrorType(error))) this.lostGeneration = generation;
      });
    };
    const keepAlive = setInterval(() => {
      if (isStale()) clearInterval(keepAlive);
      else if (performance.now() - lastSignOfHandler < this.settings.handlerTimeoutMs) void beat();
      else this.fail(stuck(key, this.settings.handlerTimeoutMs));
    }, HEARTBEAT_MS);
    try {
      for (const messages of inChunks(batch.messages, this.settings.maxBatch ?? 500)) {
        if (!payload.isRunning() || isStale() || this.paused.has(key)) return;
        lastSignOfHandler = performance.now();
        await this.settings.onBatch({
          topic,
          partition,
          messages: messages.map((message) => incoming(topic, partition, message)),
          isStale,
          heartbeat: async () => {
            lastSignOfHandler = performance.now();
            await beat();
          },
        });
        const last = messages[messages.length - 1]?.offset ?? '0';
        if (!(await this.commit(payload, String(BigInt(last) + 1n), isStale))) return;
        payload.resolveOffset(last);
        this.failures.delete(key);
      }
    } catch (error) {
      if (!isStale()) this.backOff(key, topic, partition, error);
    } finally {
      clearInterval(keepAlive);
    }
  }

  /** False when the partition was lost: its new owner gets the messages again. @throws when Kafka does not answer. */
  private async commit(payload: EachBatchPayload, offset: string, isStale: () => boolean): Promise<boolean> {
    const { topic, partition } = payload.batch;
    for (let attempt = 0; ; attempt += 1) {
      if (isStale()) return false;
      try {
        await payload.commitOffsetsIfNecessary({ topics: [{ topic, partitions: [{ partition, offset }] }] });
        return true;
      } catch (error) {
        if (MEMBERSHIP_LOST.includes(kafkaErrorType(error))) {
          // kafkajs counts its heartbeats by the clock: set back, it sends none for as long, and would never know.
          if (performance.now() - this.lastSign > SESSION_TIMEOUT_MS) this.fail(error);
          return false;
        }
        if (attempt + 1 === COMMIT_ATTEMPTS) throw error;
        await delay(backoffMs(attempt, REDELIVERY), this.over.signal);
      }
    }
  }

  /** Nothing was resolved, so the next fetch after the pause returns the same messages. */
  private backOff(key: string, topic: string, partition: number, error: unknown): void {
    const attempt = this.failures.get(key) ?? 0;
    this.failures.set(key, attempt + 1);
    const pause = backoffMs(attempt, REDELIVERY);
    this.settings.logger.warn(
      { group: this.settings.group, topic, partition, attempt, pause, err: error },
      'a batch was rejected and comes again',
    );
    this.backingOff.add(key);
    this.setFlow('pause', key);
    void delay(pause, this.over.signal).then(() => {
      this.backingOff.delete(key);
      if (!this.paused.has(key)) this.setFlow('resume', key);
    });
  }
}

function* inChunks<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}

function incoming(topic: string, partition: number, message: KafkaMessage): IncomingMessage {
  const headers = Object.entries(message.headers ?? {}).map(([name, value]) => [name, String(value ?? '')]);
  return {
    topic,
    partition,
    offset: message.offset,
    key: message.key?.toString() ?? '',
    value: message.value ?? Buffer.alloc(0),
    headers: Object.fromEntries(headers) as Record<string, string>,
  };
}
