import { AppError } from '@liaison/kernel';
import type { Admin } from 'kafkajs';
import type { AccessControl, AclEntry } from './acls';
import type {
  Broker,
  OutgoingMessage,
  PartitionLag,
  SubscribeOptions,
  Subscription,
  TopicSpec,
} from './broker';
import { type BrokerLogger, silentLogger } from './broker-logger';
import { applyAcls, createTopics, lagOf } from './kafka-admin';
import { kafkaClient, type KafkaClient, type KafkaConnection, RETRIES, withAdmin } from './kafka-client';
import { GroupForbidden, type Subject, toAppError } from './kafka-errors';
import { KafkaSender } from './kafka-sender';
import { KafkaSubscription } from './kafka-subscription';

/** More than the time that a rebalance waits for members in a handler; what is forbidden or unknown is said at once. */
const SUBSCRIBE_TIMEOUT_MS = 75_000;

export interface KafkaBrokerOptions extends KafkaConnection {
  readonly logger?: BrokerLogger;
  /** An outage of the broker fails `publish` after this (ms, default 30,000); until then it is ridden through. */
  readonly publishTimeoutMs?: number;
  /** `close` and `disconnect` wait this long for running handlers (ms, default 10,000); nothing they do later counts. */
  readonly closeTimeoutMs?: number;
  /** A handler without a sign of life for this long ends its subscription (ms, default 300,000). */
  readonly handlerTimeoutMs?: number;
}

/** Apache Kafka through kafkajs. Nothing else in the workspace imports kafkajs. */
export class KafkaBroker implements Broker, AccessControl {
  private readonly logger: BrokerLogger;
  private readonly sender: KafkaSender;
  private readonly subscriptions = new Set<Subscription>();
  private closed = false;

  constructor(private readonly options: KafkaBrokerOptions) {
    this.logger = options.logger ?? silentLogger;
    this.sender = new KafkaSender(() => this.newClient(), options.publishTimeoutMs ?? 30_000);
  }

  async connect(): Promise<void> {
    try {
      await this.sender.connect();
    } catch (error) {
      const failure = toAppError(error);
      if (!failure.retriable) throw failure;
      throw new AppError(
        'broker-unreachable',
        `No Kafka broker answers at ${this.options.brokers.join(', ')}: check the addresses and that Kafka runs.`,
        { retriable: true, cause: error },
      );
    }
  }

  async disconnect(): Promise<void> {
    this.closed = true;
    await Promise.all([...this.subscriptions].map((subscription) => subscription.close()));
    await this.sender.close();
  }

  async publish(topic: string, partition: number, messages: readonly OutgoingMessage[]): Promise<void> {
    await this.sender.send(topic, partition, messages);
  }

  async subscribe(options: SubscribeOptions): Promise<Subscription> {
    const { closeTimeoutMs = 10_000, handlerTimeoutMs = 300_000 } = this.options;
    const settings = { ...options, logger: this.logger, handlerTimeoutMs };
    const subscription = await KafkaSubscription.open(() => this.newClient(RETRIES.endless), settings, {
      timeoutMs: SUBSCRIBE_TIMEOUT_MS,
      closeTimeoutMs,
    });
    this.subscriptions.add(subscription);
    if (this.closed) {
      await subscription.close();
      throw new AppError('broker-unavailable', 'The broker was disconnected during the subscription.');
    }
    return subscription;
  }

  async createTopics(topics: readonly TopicSpec[]): Promise<void> {
    await this.administer({}, (admin) => createTopics(admin, topics));
  }

  async lag(group: string, topic: string): Promise<readonly PartitionLag[]> {
    return this.administer({ topic, group }, (admin) => lagOf(admin, group, topic));
  }

  async applyAcls(entries: readonly AclEntry[]): Promise<void> {
    await this.administer({}, (admin) => applyAcls(admin, entries));
  }

  private async administer<T>(subject: Subject, work: (admin: Admin) => Promise<T>): Promise<T> {
    const client = this.newClient();
    try {
      return await withAdmin(client, work);
    } catch (error) {
      throw toAppError(
        client.groupForbidden ? new GroupForbidden('group authorization failed') : error,
        subject,
      );
    } finally {
      client.kill();
    }
  }

  private newClient(retries = RETRIES.few): KafkaClient {
    return kafkaClient(this.options, this.logger, retries);
  }
}
