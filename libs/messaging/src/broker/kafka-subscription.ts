import { AppError } from '@liaison/kernel';
import { backoffMs, delay, RECONNECT, settledWithin } from './backoff';
import type { Subscription } from './broker';
import type { KafkaClient } from './kafka-client';
import { type ConsumerSettings, KafkaConsumer } from './kafka-consumer';
import { partitionKey } from './subscriptions';

/** A topic that was just created is not known to every broker at once (ms). */
const NEW_TOPIC_MS = 2000;
/** More than the time that a rebalance waits for members in a handler. */
const REJOIN_MS = 90_000;

/** Keeps a consumer alive: rebuilds it after whatever kafkajs does not survive, until closed or forbidden. */
export class KafkaSubscription implements Subscription {
  private consumer?: KafkaConsumer;
  private readonly paused = new Set<string>();
  private readonly closing = new AbortController();
  private supervision: Promise<void> = Promise.resolve();

  private constructor(
    private readonly newClient: () => KafkaClient,
    private readonly settings: ConsumerSettings,
    private readonly closeTimeoutMs: number,
  ) {}

  /**
   * Resolves when the group has been joined and a first fetch has come back.
   * @throws AppError of the port; `broker-unavailable` when that has not succeeded within `timeoutMs`
   */
  static async open(
    newClient: () => KafkaClient,
    settings: ConsumerSettings,
    limits: { readonly timeoutMs: number; readonly closeTimeoutMs: number },
  ): Promise<KafkaSubscription> {
    const subscription = new KafkaSubscription(newClient, settings, limits.closeTimeoutMs);
    const started = performance.now();
    const deadline = started + limits.timeoutMs;
    for (let attempt = 0; ; attempt += 1) {
      try {
        const consumer = await subscription.startConsumer(deadline - performance.now());
        subscription.supervision = subscription.supervise(consumer);
        return subscription;
      } catch (error) {
        const pause = backoffMs(attempt, RECONNECT);
        if (!worthRepeating(error, started) || performance.now() + pause > deadline) throw error;
        await delay(pause);
      }
    }
  }

  get healthy(): boolean {
    return this.consumer?.healthy ?? false;
  }

  pause(topic: string, partition: number): void {
    this.paused.add(partitionKey(topic, partition));
    this.consumer?.pause(topic, partition);
  }

  resume(topic: string, partition: number): void {
    this.paused.delete(partitionKey(topic, partition));
    this.consumer?.resume(topic, partition);
  }

  async close(): Promise<void> {
    this.closing.abort();
    await this.consumer?.stop(this.closeTimeoutMs);
    await this.supervision;
  }

  private async startConsumer(timeoutMs: number): Promise<KafkaConsumer> {
    const consumer = new KafkaConsumer(this.newClient(), this.settings, this.paused);
    this.consumer = consumer;
    const starting = consumer.start();
    try {
      if (await settledWithin(starting, timeoutMs)) await starting;
      else {
        const message = `Kafka did not let a member join group ${this.settings.group} in ${timeoutMs} ms.`;
        throw new AppError('broker-unavailable', message, { retriable: true });
      }
    } catch (error) {
      await consumer.stop(0);
      throw error;
    }
    return consumer;
  }

  private async supervise(first: KafkaConsumer): Promise<void> {
    const { logger, group } = this.settings;
    let consumer: KafkaConsumer | undefined = first;
    for (let attempt = 0; !this.closing.signal.aborted;) {
      const failure: AppError | undefined = await (consumer ? consumer.ended : undefined);
      if (consumer) {
        attempt = 0;
        await consumer.stop(0);
        if (!failure || this.closing.signal.aborted) return;
        if (!failure.retriable) return this.crash(failure);
        logger.warn({ group, code: failure.code }, 'the consumer was lost and is built again');
      }
      await delay(backoffMs(attempt, RECONNECT), this.closing.signal);
      if (this.closing.signal.aborted) return;
      try {
        consumer = await this.startConsumer(REJOIN_MS);
        logger.info({ group }, 'the consumer was built again');
      } catch (error) {
        consumer = undefined;
        attempt += 1;
        if (!(error instanceof AppError && error.retriable) && !this.closing.signal.aborted) {
          return this.crash(error);
        }
      }
    }
  }

  private crash(error: unknown): void {
    const failure = error instanceof Error ? error : new Error(String(error));
    this.settings.logger.error({ group: this.settings.group, err: failure }, 'the subscription has ended');
    this.settings.onCrash(failure);
  }
}

function worthRepeating(error: unknown, started: number): boolean {
  if (!(error instanceof AppError)) return false;
  return error.retriable || (error.code === 'topic-unknown' && performance.now() - started < NEW_TOPIC_MS);
}
