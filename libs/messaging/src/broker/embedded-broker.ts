import { AppError } from '@liaison/kernel';
import { Client, Pool } from 'pg';
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
import { embeddedToAppError } from './embedded-errors';
import { EMBEDDED_GROUP_SCHEMA } from './embedded-group-schema';
import { EMBEDDED_SCHEMA } from './embedded-schema';
import { EmbeddedSubscription } from './embedded-subscription';
import { EmbeddedWakeup } from './embedded-wakeup';

/** As Kafka's default. */
const MAX_MESSAGE_BYTES = 1_048_588;
/** Messages of one transaction; a longer call is several, in order. */
const MAX_APPEND = 1000;

export interface EmbeddedBrokerOptions {
  /** PostgreSQL URL of the broker's own database, as the role of this service. Secret. */
  readonly url: string;
  readonly clientId: string;
  readonly logger?: BrokerLogger;
  /** How late a message is when its wake-up was lost (ms, default 500). */
  readonly pollMs?: number;
  /** A member that is killed is replaced after this (ms, default 6000). */
  readonly leaseMs?: number;
  /** `close` and `disconnect` wait this long for running handlers (ms, default 10,000); nothing they do later counts. */
  readonly closeTimeoutMs?: number;
  /** A handler without a sign of life for this long ends its subscription (ms, default 300,000). */
  readonly handlerTimeoutMs?: number;
}

/** A partitioned log in PostgreSQL: for a laptop, a demonstration and quick tests. */
export class EmbeddedBroker implements Broker, AccessControl {
  private readonly logger: BrokerLogger;
  private readonly pool: Pool;
  private readonly wakeup: EmbeddedWakeup;
  private readonly subscriptions = new Set<Subscription>();
  private connected = false;
  private closed?: Promise<void>;

  constructor(private readonly options: EmbeddedBrokerOptions) {
    this.logger = options.logger ?? silentLogger;
    this.pool = new Pool({
      connectionString: options.url,
      application_name: options.clientId,
      max: 8,
      connectionTimeoutMillis: 5000,
      query_timeout: 15_000,
      keepAlive: true,
    });
    // An idle connection that breaks is replaced at the next query, which reports what matters.
    this.pool.on('error', () => undefined);
    this.wakeup = new EmbeddedWakeup(options.url, options.clientId);
  }

  /**
   * Creates or updates the broker's schema in a database of its own. Roles reach it through functions only; besides,
   * they need CONNECT on the database, and rules (`applyAcls`).
   */
  static async install(adminUrl: string): Promise<void> {
    const client = new Client({ connectionString: adminUrl, connectionTimeoutMillis: 5000 });
    try {
      await client.connect();
      await client.query(
        `begin; select pg_advisory_xact_lock(hashtextextended('broker.install', 0));
         ${EMBEDDED_SCHEMA} ${EMBEDDED_GROUP_SCHEMA} commit`,
      );
    } catch (error) {
      throw embeddedToAppError(error);
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  /** `applyAcls` on a connection of its own, as the owner of the broker's schema. */
  static async grantAccess(adminUrl: string, entries: readonly AclEntry[]): Promise<void> {
    const broker = new EmbeddedBroker({ url: adminUrl, clientId: 'liaison access' });
    try {
      await broker.applyAcls(entries);
    } finally {
      await broker.disconnect();
    }
  }

  async connect(): Promise<void> {
    try {
      await this.pool.query(`select 'broker.append'::regproc`);
    } catch (error) {
      const failure = embeddedToAppError(error);
      if (!failure.retriable) throw failure;
      throw new AppError(
        'broker-unreachable',
        "The embedded broker's database does not answer: check its URL and that PostgreSQL runs.",
        { retriable: true, cause: error },
      );
    }
    if (!this.connected) this.wakeup.start();
    this.connected = true;
  }

  disconnect(): Promise<void> {
    this.closed ??= (async () => {
      await Promise.all([...this.subscriptions].map((subscription) => subscription.close()));
      await this.wakeup.close();
      await this.pool.end();
    })();
    return this.closed;
  }

  async publish(topic: string, partition: number, messages: readonly OutgoingMessage[]): Promise<void> {
    for (let start = 0; start < messages.length; start += MAX_APPEND) {
      const part = messages.slice(start, start + MAX_APPEND);
      await this.query(
        {
          name: 'broker-append',
          text: 'select broker.append($1, $2, $3, $4, $5, $6)',
          values: [
            topic,
            partition,
            part.map(({ key }) => key),
            part.map(({ value }) => value),
            part.map(({ headers }) => JSON.stringify(headers)),
            MAX_MESSAGE_BYTES,
          ],
        },
        { topic },
      );
    }
  }

  async subscribe(options: SubscribeOptions): Promise<Subscription> {
    const {
      pollMs = 500,
      leaseMs = 6000,
      closeTimeoutMs = 10_000,
      handlerTimeoutMs = 300_000,
    } = this.options;
    if (this.closed) throw new AppError('broker-unavailable', 'The broker was disconnected.');
    const subscription = await EmbeddedSubscription.open(
      this.pool,
      this.wakeup,
      { ...options, logger: this.logger, pollMs, leaseMs, closeTimeoutMs, handlerTimeoutMs },
      30_000,
    );
    this.subscriptions.add(subscription);
    if (this.closed) {
      await subscription.close();
      throw new AppError('broker-unavailable', 'The broker was disconnected during the subscription.');
    }
    return subscription;
  }

  async createTopics(topics: readonly TopicSpec[]): Promise<void> {
    for (const { name, partitions, compacted = false, retentionMs = null } of topics) {
      await this.query(
        {
          text: 'select broker.create_topic($1, $2, $3, $4)',
          values: [name, partitions, compacted, retentionMs],
        },
        { topic: name },
      );
    }
  }

  async lag(group: string, topic: string): Promise<readonly PartitionLag[]> {
    const rows = await this.query<{ partition: number; messages: string }>(
      { text: 'select * from broker.lag($1, $2)', values: [group, topic] },
      { group, topic },
    );
    return rows.map(({ partition, messages }) => ({ partition, messages: Number(messages) }));
  }

  async applyAcls(entries: readonly AclEntry[]): Promise<void> {
    for (const { username, resource, name, pattern, operation, permission } of entries) {
      await this.query({
        text: 'insert into broker.acl values ($1, $2, $3, $4, $5, $6) on conflict do nothing',
        values: [username, resource, name, pattern, operation, permission],
      });
    }
  }

  private async query<Row extends object = object>(
    query: { name?: string; text: string; values: unknown[] },
    subject: { topic?: string; group?: string } = {},
  ): Promise<Row[]> {
    try {
      return (await this.pool.query<Row>(query)).rows;
    } catch (error) {
      throw embeddedToAppError(error, subject);
    }
  }
}
