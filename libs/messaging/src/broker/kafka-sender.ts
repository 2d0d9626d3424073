import { AppError } from '@liaison/kernel';
import { type Message, Partitioners, type Producer } from 'kafkajs';
import { backoffMs, delay, RECONNECT, settledWithin } from './backoff';
import type { OutgoingMessage } from './broker';
import type { KafkaClient } from './kafka-client';
import { toAppError } from './kafka-errors';
import { Together, type TogetherLimits } from '../together';

/** Below the brokers' default `message.max.bytes` (1,048,588), which counts a whole request to a partition. */
const MAX_REQUEST_BYTES = 900_000;
/** Length fields, timestamp and offset of one record, generously. */
const RECORD_OVERHEAD = 64;

interface Line {
  readonly client: KafkaClient;
  readonly producer: Producer;
  /** Topics whose leaders the producer knows. */
  readonly known: Set<string>;
  readonly introductions: Together<string, void>;
  inFlight: number;
  retired: boolean;
}

/**
 * Sends to one partition at a time, through outages up to a deadline.
 *
 * A kafkajs producer refreshes the metadata of every topic it ever sent to in one request, which fails as a whole when
 * one of them was deleted or forbidden: the error then hits sends to other topics. So an error about a topic is believed
 * only from a producer that knows no other topic; that one also has fresh metadata, and takes over when it succeeds. A
 * topic about which it was believed is tried with producers of its own from then on: the others' never hears of it again.
 */
export class KafkaSender {
  private current?: Line;
  private opening?: Promise<Line>;
  /** Topics that were unknown or forbidden when last tried. */
  private readonly refused = new Set<string>();
  private readonly closing = new AbortController();

  constructor(
    private readonly newClient: () => KafkaClient,
    private readonly timeoutMs: number,
  ) {}

  async connect(): Promise<void> {
    await this.line();
  }

  async close(): Promise<void> {
    this.closing.abort();
    const line = this.current;
    this.current = undefined;
    if (line) await this.retire(line);
  }

  async send(topic: string, partition: number, messages: readonly OutgoingMessage[]): Promise<void> {
    const deadline = performance.now() + this.timeoutMs;
    for (const request of inRequests(messages, partition)) {
      await this.sendUntilStored(topic, partition, request, deadline);
    }
  }

  private async sendUntilStored(topic: string, partition: number, messages: Message[], deadline: number) {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this.attempt(topic, partition, messages, deadline);
      } catch (error) {
        const failure = toAppError(error, { topic });
        const pause = backoffMs(attempt, RECONNECT);
        if (!failure.retriable || this.closing.signal.aborted || performance.now() + pause >= deadline)
          throw failure;
        await delay(pause, this.closing.signal);
      }
    }
  }

  private async attempt(topic: string, partition: number, messages: Message[], deadline: number) {
    if (this.refused.has(topic)) return this.attemptAlone(topic, partition, messages, deadline);
    const line = await this.line();
    try {
      await this.sendThrough(line, topic, partition, messages, deadline);
    } catch (error) {
      if (!isAboutTopic(error)) throw error;
      const fresh = await this.open();
      try {
        await this.sendThrough(fresh, topic, partition, messages, deadline);
      } catch (confirmed) {
        if (isAboutTopic(confirmed)) {
          this.refused.add(topic);
          if (this.current === line) this.current = undefined;
          void this.retire(line);
        }
        await this.retire(fresh);
        throw confirmed;
      }
      const replaced = this.current;
      this.current = fresh;
      if (replaced) void this.retire(replaced);
      if (this.closing.signal.aborted) await this.close();
    }
  }

  private async attemptAlone(topic: string, partition: number, messages: Message[], deadline: number) {
    const own = await this.open();
    try {
      await this.sendThrough(own, topic, partition, messages, deadline);
      this.refused.delete(topic);
    } finally {
      await this.retire(own);
    }
  }

  private async sendThrough(
    line: Line,
    topic: string,
    partition: number,
    messages: Message[],
    deadline: number,
  ) {
    line.inFlight += 1;
    try {
      const sent = introduced(line, topic).then(() => line.producer.send({ topic, acks: -1, messages }));
      if (!(await settledWithin(sent, Math.max(1, deadline - performance.now())))) {
        // Left alone, kafkajs could still store it after the caller has published it again.
        line.client.kill();
        if (this.current === line) this.current = undefined;
        throw new AppError('broker-unavailable', `Kafka did not store a message in ${this.timeoutMs} ms.`, {
          retriable: true,
        });
      }
      // kafkajs resolves without sending when its metadata lacks the partition (tulios/kafkajs#1303).
      const stored = (await sent).some(
        (part) => part.topicName === topic && part.partition === partition && part.errorCode === 0,
      );
      if (!stored)
        throw new AppError('topic-unknown', `${topic} has no partition ${partition}: create it first.`);
    } finally {
      line.inFlight -= 1;
      if (line.retired) await this.retire(line);
    }
  }

  /** The one that sends share: however many ask for it while there is none, one is opened. */
  private async line(): Promise<Line> {
    if (this.current) return this.current;
    this.opening ??= this.open().finally(() => (this.opening = undefined));
    const line = await this.opening;
    // Each of those that waited comes by here; closed meanwhile: nobody else would retire it.
    if (!this.closing.signal.aborted) this.current ??= line;
    else void this.retire(line);
    return this.current ?? line;
  }

  private async open(): Promise<Line> {
    if (this.closing.signal.aborted) {
      throw new AppError('broker-unavailable', 'The connection to Kafka was closed.', { retriable: true });
    }
    const client = this.newClient();
    const producer = client.kafka.producer({
      allowAutoTopicCreation: false,
      createPartitioner: Partitioners.DefaultPartitioner,
    });
    try {
      await producer.connect();
    } catch (error) {
      client.kill();
      throw error;
    }
    const known = new Set<string>();
    const introductions = new Together(
      (topics: readonly string[]) => introduce(producer, known, topics),
      INTRODUCTIONS,
    );
    return { client, producer, known, introductions, inFlight: 0, retired: false };
  }

  private async retire(line: Line): Promise<void> {
    line.retired = true;
    if (line.inFlight > 0) return;
    await settledWithin(line.producer.disconnect(), 2000);
    line.client.kill();
  }
}

/**
 * A kafkajs producer that meets a topic asks again about all that it has met. Topics met at the same time are asked about
 * together: else a thousand inboxes would take a thousand answers, of up to a thousand topics each. One question at a time:
 * kafkajs answers a second one with what the first asked for, misses its topic there, and begins again after a pause.
 */
const INTRODUCTIONS: TogetherLimits = { atOnce: 1, most: 500 };

async function introduced({ known, introductions }: Line, topic: string): Promise<void> {
  if (!known.has(topic)) await introductions.ask(topic);
}

async function introduce(producer: Producer, known: Set<string>, topics: readonly string[]): Promise<void[]> {
  // Without messages nothing is sent: the producer learns the leaders, or throws as it would for a message.
  await producer.sendBatch({ acks: -1, topicMessages: topics.map((topic) => ({ topic, messages: [] })) });
  return topics.map((topic) => void known.add(topic));
}

function isAboutTopic(error: unknown): boolean {
  const { code } = toAppError(error);
  return code === 'topic-unknown' || code === 'topic-forbidden';
}

/** Splits, in order, so that a request stays under the limit of a topic with default settings. */
function* inRequests(messages: readonly OutgoingMessage[], partition: number): Generator<Message[]> {
  let request: Message[] = [];
  let bytes = 0;
  for (const { key, value, headers } of messages) {
    const headerBytes = Object.entries(headers).reduce(
      (sum, [name, text]) => sum + 2 * (name.length + text.length),
      0,
    );
    const size = value.length + 2 * key.length + headerBytes + RECORD_OVERHEAD;
    if (request.length > 0 && bytes + size > MAX_REQUEST_BYTES) {
      yield request;
      request = [];
      bytes = 0;
    }
    request.push({ key, value, headers: { ...headers }, partition });
    bytes += size;
  }
  if (request.length > 0) yield request;
}
