import { randomUUID } from 'node:crypto';
import { deadLetterTopic } from '@liaison/contracts';
import { AppError } from '@liaison/kernel';
import type { DataSource, EntityManager } from 'typeorm';
import type { AuditTrail } from '../audit/audit-trail';
import type { Batch } from '../broker';
import { findReplaced, joinReplaced, noteReplaced } from '../dead-letters/replacement';
import { AUDIT_LINGER_MS } from '../dispatch/dispatcher';
import type { MessagingLogger } from '../dispatch/ports';
import { reached } from '../stages';
import {
  type InboxStep,
  knownArrivals,
  lockStreams,
  type ProtocolIntent,
  writeInbox,
  writeProtocolIntents,
  writeStreams,
} from './inbox';
import { openMessage, type OpenedArrival, type OpeningOptions, unverified } from './opening';
import { planArrivals } from './ordering';
import type { ReceivedEvent } from './ports';
import { receivedEvent, recordOf, stepOf } from './receipt';
import { isTransient } from './transient';

export interface ReceiverOptions extends OpeningOptions {
  readonly database: DataSource;
  readonly audit: AuditTrail;
  readonly clock: { now(): Date };
  readonly logger: MessagingLogger;
  /** Lanes with new acknowledgements, records or dead letters. */
  readonly wake: (lanes: readonly number[], lingerMs: number) => void;
}

/**
 * T3: one transaction for a batch, before its offset: inbox, order, projections, audit records, acknowledgements.
 * When the batch fails for what it contains, it is run again one event a transaction, so that one bad event never
 * stops the good ones: the bad one is parked, still sealed, with its reason.
 */
export class Receiver {
  constructor(private readonly options: ReceiverOptions) {}

  /** Rejects only for transient causes (database, broker): the same batch must come again. */
  async receive(batch: Batch): Promise<void> {
    const at = this.options.clock.now();
    const arrivals: OpenedArrival[] = [];
    for (const message of batch.messages) arrivals.push(await openMessage(this.options, message, at));
    await this.applyAll(arrivals, at, () => batch.heartbeat());
    reached('received', { topic: batch.topic, partition: batch.partition, count: batch.messages.length });
  }

  private async applyAll(
    arrivals: readonly OpenedArrival[],
    at: Date,
    heartbeat: () => Promise<void>,
  ): Promise<void> {
    try {
      await this.apply(arrivals, at);
      return;
    } catch (error) {
      if (isTransient(error)) throw error;
      if (arrivals.length === 1 && arrivals[0]) return this.park(arrivals[0], error, at);
    }
    for (const arrival of arrivals) {
      await this.applyAll([arrival], at, heartbeat);
      await heartbeat();
    }
  }

  private async park(arrival: OpenedArrival, error: unknown, at: Date): Promise<void> {
    const reason = error instanceof AppError ? error.code : 'projection-failed';
    this.options.logger.error(
      {
        id: arrival.id,
        type: arrival.envelope?.type,
        reason,
        error: error instanceof Error ? error.name : 'unknown',
      },
      'an event was parked',
    );
    try {
      await this.apply([{ ...arrival, refused: true, reason }], at);
    } catch (second) {
      if (isTransient(second)) throw second;
      await this.apply([unverified(arrival, reason)], at);
    }
  }

  private async apply(arrivals: readonly OpenedArrival[], at: Date): Promise<void> {
    const lanes = await this.options.database.transaction(async (manager) => {
      const locked = await lockStreams(manager, arrivals);
      const waiting: OpenedArrival[] = [];
      for (const row of locked.waiting) {
        waiting.push(await openMessage(this.options, { ...row, value: row.body }, at, true));
      }
      const stored = new Set(waiting.map(({ key }) => key));
      const digests = await knownArrivals(manager, arrivals);
      const known = new Set([...digests.keys()].filter((key) => !stored.has(key)));
      const fresh = arrivals.filter(({ key }) => !stored.has(key));
      const letters = await findReplaced(manager, [...waiting, ...fresh]);
      const joined = joinReplaced([...waiting, ...fresh], letters, known, locked.states);
      const plan = planArrivals(joined.arrivals, joined.known, joined.states);

      const steps: InboxStep[] = [];
      for (const { arrival, outcome } of plan.steps) {
        if (outcome === 'repeat') this.compareRepeat(arrival, digests.get(arrival.key));
        else if (outcome !== 'wait' || !arrival.stored) {
          steps.push(stepOf(arrival, outcome));
        }
      }
      await this.project(manager, steps, at);
      const intents = await this.protocolIntents(steps);
      await writeStreams(manager, plan.streams);
      await writeInbox(manager, steps, at);
      const replaced = await noteReplaced(manager, this.options.audit, joined.replaced, at);
      await this.options.audit.append(manager, [...this.records(steps, at), ...replaced]);
      await writeProtocolIntents(manager, intents);
      return intents.map(({ laneId }) => laneId);
    });
    this.options.wake([...new Set([...lanes, this.options.audit.laneId])], AUDIT_LINGER_MS);
  }

  /** Runs of one type, in the planned order, so that a handler can write a batch in a few statements. */
  private async project(
    manager: EntityManager,
    steps: readonly InboxStep[],
    receivedAt: Date,
  ): Promise<void> {
    let run: ReceivedEvent[] = [];
    let type: string | undefined;
    const flush = async () => {
      if (run.length > 0 && type !== undefined) {
        await this.options.handlers.findHandler(type)?.handle(run, manager);
      }
      run = [];
    };
    for (const { arrival, outcome } of steps) {
      const { envelope, receipt, laneId } = arrival;
      if (outcome !== 'apply' || !envelope || !receipt || laneId === undefined) continue;
      if (envelope.type !== type) await flush();
      type = envelope.type;
      run.push(receivedEvent({ source: arrival.source, envelope, receipt, laneId }, receivedAt));
    }
    await flush();
  }

  private records(steps: readonly InboxStep[], at: Date) {
    return steps
      .filter(({ arrival, outcome }) => !arrival.recordKeeping && outcome !== 'wait')
      .map((step) => this.options.audit.prepare(recordOf(step, at)));
  }

  /** One acknowledgement per reference touched, one dead letter per parked event. */
  private async protocolIntents(steps: readonly InboxStep[]): Promise<ProtocolIntent[]> {
    const intents = new Map<string, ProtocolIntent>();
    for (const { arrival, outcome } of steps) {
      const { stream, source, envelope, laneId } = arrival;
      if (stream !== undefined && envelope && laneId !== undefined && outcome !== 'wait') {
        intents.set(stream, {
          laneId,
          kind: 'acknowledgement',
          eventId: randomUUID(),
          recipient: source,
          reference: envelope.subject,
        });
      }
      if (outcome === 'park' || outcome === 'conflict') {
        const topic = deadLetterTopic(this.options.agency);
        intents.set(arrival.key, {
          laneId: await this.options.lanes.getLaneId({ topic, partition: 0 }),
          kind: 'dead-letter',
          eventId: arrival.key,
          recipient: this.options.agency,
        });
      }
    }
    return [...intents.values()];
  }

  private compareRepeat(arrival: OpenedArrival, first: Buffer | undefined): void {
    if (!first || first.equals(arrival.digest)) return;
    this.options.logger.error(
      { source: arrival.source, id: arrival.id },
      'the same event id came with other bytes: kept the first',
    );
  }
}
