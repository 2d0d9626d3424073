import type {
  AccessControl,
  Batch,
  Broker,
  OutgoingMessage,
  SubscribeOptions,
  Subscription,
} from '@liaison/messaging';
import { randomUUID } from 'node:crypto';

/** `admin` may do everything, `agency` what access rules allow, `stranger` has a wrong password. */
export type Principal = 'admin' | 'agency' | 'stranger';

/** How a child process makes a broker as the administrator. */
export interface ChildBroker {
  readonly adapter: 'kafka' | 'embedded';
  readonly options: object;
}

/** What the conformance suite needs from the spec of an adapter. */
export interface BrokerHarness {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Not connected yet. Its `closeTimeoutMs` is short (1 s). */
  newBroker(as?: Principal): Broker & AccessControl;
  /** Name of the principal `agency`; known after `start`. */
  agencyUser(): string;
  childBroker(): ChildBroker;
}

/** A harness whose broker can go away and come back with what it had stored. */
export interface OutageHarness extends BrokerHarness {
  goDown(): Promise<void>;
  comeBack(): Promise<void>;
}

/** Names of its own for every test, and brokers that are disconnected after it. */
export class Scene {
  private readonly brokers: Broker[] = [];
  readonly id = randomUUID().slice(0, 8);
  readonly group = `liaison.${this.id}`;
  readonly topic = `liaison.inbox.${this.id}`;

  constructor(private readonly harness: BrokerHarness) {}

  async broker(as: Principal = 'admin'): Promise<Broker & AccessControl> {
    const broker = this.harness.newBroker(as);
    this.brokers.push(broker);
    await broker.connect();
    return broker;
  }

  /** A connected administrator, and the scene's topic. */
  async withTopic(partitions = 1): Promise<Broker & AccessControl> {
    const broker = await this.broker();
    await broker.createTopics([{ name: this.topic, partitions }]);
    return broker;
  }

  subscribe(
    broker: Broker,
    onBatch: SubscribeOptions['onBatch'],
    options: Partial<SubscribeOptions> = {},
  ): Promise<Subscription> {
    return broker.subscribe({
      group: this.group,
      topics: [this.topic],
      onBatch,
      onCrash: (error) => {
        throw error;
      },
      ...options,
    });
  }

  async end(): Promise<void> {
    await Promise.all(this.brokers.map((broker) => broker.disconnect()));
  }
}

export function message(text: string, key = 'key'): OutgoingMessage {
  return { key, value: Buffer.from(text), headers: { id: text } };
}

export function messages(count: number, prefix = 'm', from = 0): OutgoingMessage[] {
  return Array.from({ length: count }, (_, index) => message(`${prefix}${from + index}`));
}

export const textsOf = (batch: Batch): string[] => batch.messages.map(({ value }) => value.toString());

/** Remembers what was delivered, by partition. */
export class Recorder {
  readonly batches: Batch[] = [];

  readonly onBatch = async (batch: Batch): Promise<void> => {
    this.batches.push(batch);
  };

  texts(partition?: number): string[] {
    return this.batches
      .filter((batch) => partition === undefined || batch.partition === partition)
      .flatMap(textsOf);
  }

  /** In order of their first delivery. */
  firsts(partition?: number): string[] {
    return [...new Set(this.texts(partition))];
  }
}

/** The stable code of what a promise rejects with; the test fails when it resolves. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  const failure: unknown = await work.then(
    () => new Error('resolved'),
    (error: unknown) => error,
  );
  return failure instanceof Error && 'code' in failure ? String(failure.code) : String(failure);
}
