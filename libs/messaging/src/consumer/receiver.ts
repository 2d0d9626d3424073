import { randomUUID } from 'node:crypto';
import { deadLetterTopic } from '@liaison/contracts';
import { AppError } from '@liaison/kernel';
import type { DataSource, EntityManager } from 'typeorm';
import type { AuditTrail } from '../audit/audit-trail';
import type { Batch } from '../broker';
import { findReplaced, joinReplaced, noteReplaced } from '../dead-letters/replacement';
import { AUDIT_LINGER_MS } from '../dispatch/dispatcher';
import type { MessagingLogger } from '../dispatch/ports';
import { type Incident, reportIncident } from '../recovery/incidents';
import { fillSequences, noteHoles, settleVoids, touchTombstones, voidsOf } from '../recovery/settle';
import { reached } from '../stages';
import { transact } from '../transaction';
import { type Act, withOthers } from './act';
import {
  type InboxStep,
  knownArrivals,
  type KnownRow,
  type LockedStreams,
  lockStreams,
  type ProtocolIntent,
  writeInbox,
  writeProtocolIntents,
  writeStreams,
} from './inbox';
import { openMessage, type OpenedArrival, type OpeningOptions, unverified } from './opening';
import { type Outcome, planArrivals, type Step } from './ordering';
import type { EventAhead, ReceivedEvent } from './ports';
import { receivedEvent, stepOf } from './receipt';
import { incidentsOf, receiptRecords } from './receipt-records';
import { ReceiptTrace } from './receipt-trace';
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
      if (arrivals.length === 1 && arrivals[0]) return this.applyAlone(arrivals[0], at);
    }
    for (const arrival of arrivals) {
      await this.applyAll([arrival], at, heartbeat);
      await heartbeat();
    }
  }

  /**
   * Applies what an operator takes up again like anything that arrives, in one transaction with the act: after a crash
   * nothing of it stands, or all of it.
   * @throws whatever `act` throws, and whatever is transient
   */
  async carryOut(arrival: OpenedArrival, at: Date, act: Act): Promise<void> {
    await this.applyAlone(arrival, at, act);
  }

  /**
   * One arrival, which may release others that waited for it: whichever of them cannot be applied is parked in its own
   * place, and those before it stand.
   */
  private async applyAlone(arrival: OpenedArrival, at: Date, act?: Act): Promise<void> {
    const refused = new Map<string, string>();
    for (;;) {
      try {
        return await this.apply([arrival], at, refused, act);
      } catch (error) {
        if (isTransient(error) || (act && !(error instanceof EventFailed))) throw error;
        const key = error instanceof EventFailed ? error.key : arrival.key;
        const reason = reasonOf(error);
        this.options.logger.error({ key, type: typeOf(error, arrival), reason }, 'an event was parked');
        if (refused.has(key) && act) throw error;
        if (refused.has(key)) return this.apply([unverified(arrival, reason)], at);
        refused.set(key, reason);
      }
    }
  }

  /** @param refused reasons by key: parked in their places; given, each event is handled by itself */
  private async apply(
    batch: readonly OpenedArrival[],
    at: Date,
    refused?: ReadonlyMap<string, string>,
    act?: Act,
  ): Promise<void> {
    const traced = new ReceiptTrace();
    try {
      await this.applyTraced(traced, batch, at, refused, act);
    } catch (error) {
      traced.failed();
      throw error;
    }
  }

  private async applyTraced(
    traced: ReceiptTrace,
    batch: readonly OpenedArrival[],
    at: Date,
    refused: ReadonlyMap<string, string> | undefined,
    act: Act | undefined,
  ): Promise<void> {
    const judged = (arrival: OpenedArrival): OpenedArrival => {
      const reason = refused?.get(arrival.key);
      return reason === undefined ? arrival : { ...arrival, refused: true, reason };
    };
    const { audit } = this.options;
    let arrivals = batch.map(judged);
    const incidents: Incident[] = [];
    traced.begin(arrivals);
    const lanes = await transact(this.options.database, async (transaction) => {
      const { manager } = transaction;
      incidents.length = 0;
      const begun = await act?.begin(manager);
      if (act && !begun) return [];
      if (begun) arrivals = begun.arrivals.map(judged);
      const [locked, named] = await Promise.all([
        begun?.locked ?? lockStreams(transaction, arrivals),
        knownArrivals(transaction, arrivals),
      ]);
      const waiting: OpenedArrival[] = [];
      for (const row of locked.waiting) {
        waiting.push(judged(await openMessage(this.options, { ...row, value: row.body }, at, true)));
      }
      traced.begin(waiting);
      const voidsWaiting = waiting.filter((arrival) => arrival.voids);
      const found =
        voidsWaiting.length === 0
          ? named
          : new Map([...named, ...(await knownArrivals(transaction, voidsWaiting))]);
      const known = begun ? new Map([...found].filter(([key]) => key !== begun.key)) : found;
      const letters = await findReplaced(manager, [...waiting, ...arrivals]);
      const joined = joinReplaced([...waiting, ...arrivals], letters, known, locked.states);
      const plan = planArrivals(joined.arrivals, joined.known, joined.states);
      traced.plan(plan.steps);
      const steps = await this.stepsOf(manager, plan.steps, known, locked);
      steps.push(...(begun?.settled ?? []));
      // Of the event itself the act is the record, unless it is applied.
      const recorded = steps.filter(
        ({ arrival, outcome }) => arrival.key !== begun?.key || outcome === 'apply',
      );
      const repeats = plan.steps.filter(({ outcome }) => outcome === 'repeat').map(({ arrival }) => arrival);
      const voids = voidsOf(plan.steps, known);

      await this.project(manager, steps, at, refused !== undefined, traced);
      const ended = await act?.end(manager, steps);
      const intents = withOthers(await this.protocolIntents(steps, plan.steps), ended?.intents);
      await settleVoids(manager, voids, this.options.handlers, at);
      await touchTombstones(manager, repeats, at);
      const fills = outcomesOf(plan.steps, 'fill');
      await fillSequences(manager, fills, this.options.handlers, at);
      await noteHoles(manager, plan.streams, locked.states, laneOf([...waiting, ...arrivals]));
      const replaced = await noteReplaced(manager, audit, joined.replaced, at);
      const received = receiptRecords(recorded, voids, fills, at).map((entry) =>
        audit.prepare(entry, traced.traceparentFor(entry)),
      );
      const records = [...(ended?.records ?? []), ...received, ...replaced];
      // A statement each at most: they travel together, and COMMIT with them.
      await Promise.all([
        writeStreams(transaction, plan.streams),
        writeInbox(transaction, steps, at),
        audit.append(transaction, records),
        writeProtocolIntents(transaction, intents),
        transaction.commit(),
      ]);
      incidents.push(...incidentsOf(recorded));
      return [...intents.map(({ laneId }) => laneId), ...(records.length > 0 ? [audit.laneId] : [])];
    });
    traced.committed();
    for (const incident of incidents) {
      this.options.logger.error({ ...incident }, 'an incident was recorded');
      reportIncident(incident);
    }
    if (lanes.length > 0) this.options.wake([...new Set(lanes)], AUDIT_LINGER_MS);
  }

  /** Runs of one type, in the planned order, so that a handler can write a batch in a few statements. */
  private async project(
    manager: EntityManager,
    steps: readonly InboxStep[],
    receivedAt: Date,
    oneByOne: boolean,
    traced: ReceiptTrace,
  ): Promise<void> {
    let run: ReceivedEvent[] = [];
    let type: string | undefined;
    const flush = async () => {
      const [first] = run;
      if (first && type !== undefined) {
        const applied = traced.applying(run.map(({ sender, envelope }) => `${sender}/${envelope.id}`));
        const handled = this.options.handlers.findHandler(type)?.handle(run, manager);
        await (run.length > 1 ? handled : handled?.catch(failWith(first)));
        applied();
      }
      run = [];
    };
    for (const { arrival, outcome, overtakenBy = [] } of steps) {
      const { envelope, receipt, laneId } = arrival;
      if (outcome !== 'apply' || !envelope || !receipt || laneId === undefined) continue;
      if (envelope.type !== type || oneByOne) await flush();
      type = envelope.type;
      run.push(receivedEvent({ source: arrival.source, envelope, receipt, laneId }, receivedAt, overtakenBy));
    }
    await flush();
  }

  /** One acknowledgement per reference touched, repeats included; one dead letter per parked event. */
  private async protocolIntents(
    steps: readonly InboxStep[],
    planned: readonly Step<OpenedArrival>[],
  ): Promise<ProtocolIntent[]> {
    const intents = new Map<string, ProtocolIntent>();
    for (const { arrival, outcome } of planned) {
      const { stream, source, envelope, laneId, stored } = arrival;
      if (stream !== undefined && envelope && laneId !== undefined && !(stored && outcome === 'wait')) {
        intents.set(stream, {
          laneId,
          kind: 'acknowledgement',
          eventId: randomUUID(),
          recipient: source,
          reference: envelope.subject,
        });
      }
    }
    for (const { arrival, outcome } of steps) {
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

  /** What is written to the inbox. A known id with other bytes is kept beside the first, as an incident. */
  private async stepsOf(
    manager: EntityManager,
    planned: readonly Step<OpenedArrival>[],
    known: ReadonlyMap<string, KnownRow>,
    locked: LockedStreams,
  ): Promise<InboxStep[]> {
    const steps: InboxStep[] = [];
    const reused: OpenedArrival[] = [];
    const batch = new Map(planned.map(({ arrival }) => [arrival.key, arrival]));
    for (const { arrival, outcome, reason, found, overtakenBy } of planned) {
      if (outcome === 'fill' || outcome === 'defer') continue;
      if (outcome === 'repeat') {
        const first = known.get(arrival.key) ?? batch.get(arrival.key);
        if (first?.digest.length === 0) steps.push({ arrival, outcome: 'drop', reason: 'voided' });
        else if (first && first.epoch === arrival.epoch && !first.digest.equals(arrival.digest)) {
          reused.push({ ...unverified(arrival, 'id-reused'), envelope: arrival.envelope });
        }
      } else if (outcome !== 'wait' || !arrival.stored) {
        steps.push({
          ...stepOf(arrival, outcome, reason),
          found,
          overtakenBy: overtakenBy?.map((sequence) => eventAhead(arrival, sequence, locked, planned)),
        });
      }
    }
    if (reused.length > 0) {
      const recorded = await knownArrivals(manager, reused);
      for (const arrival of reused) {
        if (!recorded.has(arrival.key)) steps.push({ arrival, outcome: 'conflict', reason: arrival.reason });
      }
    }
    return steps;
  }
}

/** The projection of one event failed for what it contains. */
class EventFailed extends Error {
  constructor(
    readonly key: string,
    readonly type: string,
    cause: unknown,
  ) {
    super('an event could not be applied', { cause });
    this.name = 'EventFailed';
  }
}

const failWith =
  ({ sender, envelope }: ReceivedEvent) =>
  (error: unknown): never => {
    throw isTransient(error) ? error : new EventFailed(`${sender}/${envelope.id}`, envelope.type, error);
  };

const reasonOf = (error: unknown): string => {
  const cause = error instanceof EventFailed ? error.cause : error;
  return cause instanceof AppError ? cause.code : 'projection-failed';
};

const typeOf = (error: unknown, { envelope }: OpenedArrival): string | undefined =>
  error instanceof EventFailed ? error.type : envelope?.type;

const outcomesOf = (steps: readonly Step<OpenedArrival>[], wanted: Outcome): OpenedArrival[] =>
  steps.filter(({ outcome }) => outcome === wanted).map(({ arrival }) => arrival);

function laneOf(arrivals: readonly OpenedArrival[]): (stream: string) => number | undefined {
  const lanes = new Map(arrivals.map(({ stream, laneId }) => [stream, laneId]));
  return (stream) => lanes.get(stream);
}

function eventAhead(
  { stream }: OpenedArrival,
  sequence: number,
  locked: LockedStreams,
  planned: readonly Step<OpenedArrival>[],
): EventAhead {
  const stored = locked.ahead.get(stream ?? '')?.get(sequence);
  if (stored) return stored;
  const { arrival } =
    planned.find((step) => step.arrival.stream === stream && step.arrival.sequence === sequence) ?? {};
  return { eventId: arrival?.id ?? '', type: arrival?.envelope?.type ?? '', sequence };
}
