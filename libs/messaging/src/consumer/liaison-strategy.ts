import { AppError } from '@liaison/kernel';
import { type CustomTransportStrategy, type MessageHandler, Server } from '@nestjs/microservices';
import { isObservable, lastValueFrom } from 'rxjs';
import type { EntityManager } from 'typeorm';
import type { Batch, Broker, Subscription } from '../broker';
import type { MessagingLogger } from '../dispatch/ports';
import { DeliveryContext, renumberedPattern, voidedPattern } from './liaison-event';
import type { EventHandler, HandlerRegistry, RegisteredHandler, VoidedHandler } from './ports';

export interface StrategyOptions {
  readonly broker: Broker;
  readonly group: string;
  readonly topic: string;
  readonly logger: MessagingLogger;
  /** The service cannot consume and waiting will not help (not authorised, unknown topic): the owner ends it. */
  readonly onFatal: (error: Error) => void;
}

const RETRY_MS = 1_000;

/**
 * Nest transport over the Broker port: handlers are ordinary `@EventPattern` methods (see `LiaisonEvent`), fed with
 * batches. Nest's own Kafka transport retries a failing event for ever, ends silently on a deserialisation error and
 * knows no batches.
 */
export class LiaisonStrategy extends Server implements CustomTransportStrategy, HandlerRegistry {
  override readonly transportId = Symbol.for('liaison');
  override readonly propagatesEventHandlerErrors = true;
  private subscription?: Subscription;
  /** By type: Nest works out its pattern anew for each question, and there are several a message. */
  private readonly found = new Map<string, RegisteredHandler>();
  private closing = false;
  private retry?: NodeJS.Timeout;

  /** @param receive T3; set by the owner, because the receiver needs this registry first */
  constructor(
    private readonly options: StrategyOptions,
    private readonly receive: (batch: Batch) => Promise<void>,
  ) {
    super();
  }

  /** Joined the group and fetching: what readiness rests on. */
  get healthy(): boolean {
    return this.subscription?.healthy ?? false;
  }

  findHandler(type: string): RegisteredHandler | undefined {
    let found = this.found.get(type);
    if (!found) {
      found = this.wrapHandler(type);
      if (found) this.found.set(type, found);
    }
    return found;
  }

  findVoidedHandler(type: string): VoidedHandler | undefined {
    const handler = this.getHandlerByPattern(voidedPattern(type));
    return handler ? calling(handler) : undefined;
  }

  findRenumberedHandler(type: string): EventHandler | undefined {
    const handler = this.getHandlerByPattern(renumberedPattern(type));
    return handler ? calling(handler) : undefined;
  }

  private wrapHandler(type: string): RegisteredHandler | undefined {
    const handler = this.getHandlerByPattern(type);
    if (!handler) return undefined;
    const { ordering } = handler.extras as Pick<RegisteredHandler, 'ordering'>;
    return { ordering, handle: calling(handler) };
  }

  /** Returns at once: a broker that is down delays readiness, not liveness. */
  listen(callback: (error?: unknown) => void): void {
    void this.subscribe();
    callback();
  }

  async close(): Promise<void> {
    this.closing = true;
    clearTimeout(this.retry);
    await this.subscription?.close();
  }

  on(): this {
    return this;
  }

  unwrap<T>(): T {
    return this.options.broker as T;
  }

  private async subscribe(): Promise<void> {
    const { broker, group, topic, logger, onFatal } = this.options;
    this.subscription = undefined;
    if (this.closing) return;
    try {
      await broker.connect();
      this.subscription = await broker.subscribe({
        group,
        topics: [topic],
        onBatch: this.receive,
        onCrash: (error) => {
          logger.error({ err: error }, 'the subscription ended');
          this.again(error);
        },
      });
      // Closed meanwhile: there was nothing to close then.
      if (this.closing) await this.subscription.close();
    } catch (error) {
      if (this.closing) return;
      if (error instanceof AppError && !error.retriable) onFatal(error);
      else this.again(error);
    }
  }

  private again(error: unknown): void {
    if (this.closing) return;
    this.options.logger.warn({ err: error }, 'not consuming yet; trying again');
    this.retry = setTimeout(() => void this.subscribe(), RETRY_MS);
  }
}

const calling =
  (handler: MessageHandler) =>
  async (events: readonly unknown[], manager: EntityManager): Promise<void> => {
    const result: unknown = await handler(events, new DeliveryContext([manager]));
    if (isObservable(result)) await lastValueFrom(result, { defaultValue: undefined });
  };
