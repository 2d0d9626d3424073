/**
 * The one port to the message broker. Two adapters: Kafka (deployed) and embedded (PostgreSQL; laptop, demonstration,
 * quick tests). One conformance suite (`@liaison/testing`) holds both to the contracts below.
 */
export interface Broker {
  /** Opens connections. MUST throw an `AppError` (`broker-unreachable`, `broker-not-authorised`) that says what to do. */
  connect(): Promise<void>;

  /** Stops subscriptions, then connections. MUST NOT commit an offset that no handler resolved. Idempotent. */
  disconnect(): Promise<void>;

  /**
   * Publishes messages, in order, to one partition of one topic.
   * MUST resolve only when every message is stored as durably as the broker is configured for (`acks=-1`).
   * MUST NOT spread a call over several partitions: kafkajs loses acknowledged messages when it does.
   * MUST NOT reorder within a call. A rejected call may have stored any prefix or all: callers publish again.
   * @throws AppError `topic-unknown`, `topic-forbidden`, `message-too-large` (not retriable), `broker-unavailable`
   * (retriable).
   */
  publish(topic: string, partition: number, messages: readonly OutgoingMessage[]): Promise<void>;

  /**
   * Reads topics as a member of a group, from the group's committed offset, or from the beginning of a partition that
   * has none. MUST resolve only when the group has been joined and a first fetch has come back, so that readiness can
   * rest on it. MUST give a partition to one member of a group at a time, and its messages in order. MUST deliver
   * again what was not resolved when a member dies or a partition moves. MUST NOT end silently: when a subscription
   * can no longer consume it reports through `onCrash`.
   */
  subscribe(options: SubscribeOptions): Promise<Subscription>;

  /** Creates missing topics and adds missing partitions; MUST NOT shrink or delete. Idempotent. */
  createTopics(topics: readonly TopicSpec[]): Promise<void>;

  /** Messages not yet resolved by the group, per partition. */
  lag(group: string, topic: string): Promise<readonly PartitionLag[]>;
}

/** Bytes are opaque. The key decides compaction only, never the partition: the caller names that. */
export interface OutgoingMessage {
  readonly key: string;
  readonly value: Buffer;
  /** In clear on the broker: nothing but the content type and a random id. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface IncomingMessage {
  readonly topic: string;
  readonly partition: number;
  /** Decimal. Strictly increasing within a partition; not necessarily without gaps. */
  readonly offset: string;
  readonly key: string;
  readonly value: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/** What a handler gets: messages of one partition, in order. */
export interface Batch {
  readonly topic: string;
  readonly partition: number;
  readonly messages: readonly IncomingMessage[];
  /** Still a member and still owner of the partition? A handler SHOULD stop between steps when not. */
  isStale(): boolean;
  /** Keeps the membership alive in a long batch. */
  heartbeat(): Promise<void>;
}

export interface SubscribeOptions {
  readonly group: string;
  readonly topics: readonly string[];
  /**
   * Handles one batch. When it resolves, the offset after the batch's last message is committed; when it rejects,
   * nothing is, and the same messages come again (after a pause with jitter that the adapter keeps, at most some
   * seconds). Never called concurrently for one partition.
   */
  readonly onBatch: (batch: Batch) => Promise<void>;
  /** The subscription has ended and will not recover by itself. The owner rebuilds it or ends the process. */
  readonly onCrash: (error: Error) => void;
  /** At most this many messages a batch (default 500). */
  readonly maxBatch?: number;
}

export interface Subscription {
  /** Joined and fetching; false during a rebalance or after a crash. */
  readonly healthy: boolean;
  /** Stops fetching one partition until `resume`. */
  pause(topic: string, partition: number): void;
  resume(topic: string, partition: number): void;
  /** Leaves the group. Waits for the running handlers; what they resolve is committed. */
  close(): Promise<void>;
}

export interface TopicSpec {
  readonly name: string;
  readonly partitions: number;
  /** Keyed log compaction instead of deletion by age. */
  readonly compacted?: boolean;
  /** Milliseconds; absent: the broker's default. */
  readonly retentionMs?: number;
}

export interface PartitionLag {
  readonly partition: number;
  readonly messages: number;
}
