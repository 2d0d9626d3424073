import { AppError } from '@liaison/kernel';
import type {
  Broker,
  OutgoingMessage,
  PartitionLag,
  SubscribeOptions,
  Subscription,
  TopicSpec,
} from '@liaison/messaging';

export interface PublishedMessage extends OutgoingMessage {
  readonly topic: string;
  readonly partition: number;
}

interface Loss {
  readonly matches: (message: PublishedMessage) => boolean;
  left: number;
  readonly lost: PublishedMessage[];
}

/** A broker that acknowledges messages and loses them, as kafkajs does when a broker dies; or that is not there. */
export class LossyBroker implements Broker {
  private readonly losses: Loss[] = [];
  private readonly stored: PublishedMessage[] = [];
  private failing: (topic: string, messages: readonly OutgoingMessage[]) => AppError | boolean = () => false;

  private refused: Loss['matches'] = () => false;

  constructor(private readonly real: Broker) {}

  /** The next `times` messages that match are acknowledged and lost. @returns what was lost so far */
  lose(matches: Loss['matches'], times: number): () => readonly PublishedMessage[] {
    const loss: Loss = { matches, left: times, lost: [] };
    this.losses.push(loss);
    return () => loss.lost;
  }

  /** Publishing to these topics fails: transiently, or with the error given. */
  fail(topics: (topic: string, messages: readonly OutgoingMessage[]) => AppError | boolean): void {
    this.failing = topics;
  }

  /** Requests with a message that matches are refused as too large. */
  refuse(matches: Loss['matches']): void {
    this.refused = matches;
  }

  loseNothing(): void {
    this.losses.length = 0;
    this.refused = () => false;
    this.failing = () => false;
  }

  /** What was really stored. */
  published(): readonly PublishedMessage[] {
    return this.stored;
  }

  async publish(topic: string, partition: number, messages: readonly OutgoingMessage[]): Promise<void> {
    const failure = this.failing(topic, messages);
    if (failure) {
      throw failure === true
        ? new AppError('broker-unavailable', 'Not there.', { retriable: true })
        : failure;
    }
    if (messages.some((message) => this.refused({ ...message, topic, partition }))) {
      throw new AppError('message-too-large', 'Too large.');
    }
    const kept = messages.filter((message) => !this.loses({ ...message, topic, partition }));
    await this.real.publish(topic, partition, kept);
    this.stored.push(...kept.map((message) => ({ ...message, topic, partition })));
  }

  private loses(message: PublishedMessage): boolean {
    const loss = this.losses.find(({ matches, left }) => left > 0 && matches(message));
    if (!loss) return false;
    loss.left -= 1;
    loss.lost.push(message);
    return true;
  }

  connect(): Promise<void> {
    return this.real.connect();
  }

  disconnect(): Promise<void> {
    return this.real.disconnect();
  }

  subscribe(options: SubscribeOptions): Promise<Subscription> {
    return this.real.subscribe(options);
  }

  createTopics(topics: readonly TopicSpec[]): Promise<void> {
    return this.real.createTopics(topics);
  }

  lag(group: string, topic: string): Promise<readonly PartitionLag[]> {
    return this.real.lag(group, topic);
  }
}
