import { DELIVERY_ACKNOWLEDGED, DELIVERY_GAP_REQUESTED, partitionFor } from '@liaison/contracts';
import type { Agency, Clock, Directory } from '@liaison/kernel';
import type { DataSource, EntityManager } from 'typeorm';
import { AuditTrail } from './audit/audit-trail';
import { type Broker, consumerGroup } from './broker';
import { applyAcknowledgements } from './consumer/acknowledgement.handler';
import type { DeliveryContext } from './consumer/liaison-event';
import { LiaisonStrategy } from './consumer/liaison-strategy';
import type { ReceiptPort, ReceivedEvent } from './consumer/ports';
import { Receiver } from './consumer/receiver';
import { DeadLetters } from './dead-letters/dead-letters';
import { Dispatcher } from './dispatch/dispatcher';
import type { MessagingLogger, ReleasePort } from './dispatch/ports';
import { Lanes } from './outbox/lanes';
import { Outbox } from './outbox/outbox';
import { applyGapRequests } from './recovery/gap-request.handler';
import { Recovery } from './recovery/recovery';
import type { Retention } from './recovery/retention';
import { openAgencyState } from './schema/agency-state';
import type { Sealing } from './sealing/sealing';
import { inboxOf } from './topology';

export interface MessagingOptions {
  /** Whose service this is. */
  readonly agency: Agency;
  /** Name of the software, for audit records. */
  readonly service: string;
  /** The agency that keeps the audit log. */
  readonly auditLog: Agency;
  readonly directory: Directory;
  readonly broker: Broker;
  /** Pool of the `ingest` role. */
  readonly ingest: DataSource;
  readonly sealing: Sealing;
  readonly releases: ReleasePort;
  readonly receipts: ReceiptPort;
  /** Digest of the conventions in use: another one than at the last start voids what was prepared under it. */
  readonly policyDigest: string;
  readonly clock: Clock;
  readonly logger: MessagingLogger;
  readonly onFatal: (error: Error) => void;
  /** Seconds after which what was sent should have been acknowledged (default 300). */
  readonly overdueSeconds?: number;
  /** How long sealed bytes are kept (default 30 days after their arrival, 180 whatever the recipient says). */
  readonly retention?: Retention;
  /** See `AuditTrail`. */
  readonly onRecorded?: (kind: string) => void;
}

/** Everything one service needs of delivery, wired once. */
export interface Messaging {
  readonly outbox: Outbox;
  readonly audit: AuditTrail;
  readonly deadLetters: DeadLetters;
  readonly dispatcher: Dispatcher;
  /** Asks again for what was lost. */
  readonly recovery: Recovery;
  /** This agency's own epoch. */
  readonly epoch: string;
  readonly strategy: LiaisonStrategy;
}

/** Reads whose database this is, and wires outbox, dispatch, relay and consumer around it. Starts nothing. */
export async function openMessaging(options: MessagingOptions): Promise<Messaging> {
  const { agency, auditLog, broker, clock, directory, ingest, logger, sealing } = options;
  const state = await openAgencyState(ingest, agency.id, options.policyDigest);
  const lanes = new Lanes(ingest);
  const auditLane = await lanes.getLaneId({
    topic: inboxOf(auditLog),
    partition: partitionFor(agency.id, auditLog.inboxPartitions),
  });
  await ingest.query(
    `INSERT INTO messaging.case_reference (peer, reference, lane_id, epoch) VALUES ($1, $2, $3, $4)
     ON CONFLICT DO NOTHING`,
    [auditLog.id, state.auditReference, auditLane, state.epoch],
  );
  const audit = new AuditTrail(
    { agency: agency.id, service: options.service },
    { agency: auditLog.id, reference: state.auditReference, laneId: auditLane },
    options.onRecorded,
  );
  const dispatcher = new Dispatcher({
    database: ingest,
    broker,
    epoch: state.epoch,
    preparation: { agency: agency.id, releases: options.releases, sealing, audit },
    clock,
    logger,
  });
  const strategy: LiaisonStrategy = new LiaisonStrategy(
    { broker, group: consumerGroup(agency.id), topic: inboxOf(agency), logger, onFatal: options.onFatal },
    (batch) => receiver.receive(batch),
  );
  const receiving = {
    agency: agency.id,
    directory,
    sealing,
    receipts: options.receipts,
    handlers: strategy,
    lanes,
    database: ingest,
    audit,
    clock,
    logger,
    wake: (woken: readonly number[], lingerMs: number) => dispatcher.wake(woken, lingerMs),
  };
  const receiver = new Receiver(receiving);
  onProtocol(strategy, DELIVERY_ACKNOWLEDGED, applyAcknowledgements);
  onProtocol(strategy, DELIVERY_GAP_REQUESTED, applyGapRequests);
  const deadLetters = new DeadLetters({ ...receiving, receiver });
  const recovery = new Recovery({
    agency: agency.id,
    directory,
    database: ingest,
    lanes,
    logger,
    wake: (woken) => dispatcher.wake(woken),
    redriveUnderstood: () => deadLetters.redriveUnderstood(),
    ...(options.overdueSeconds !== undefined && { overdueSeconds: options.overdueSeconds }),
    ...(options.retention && { retention: options.retention }),
  });
  return {
    outbox: new Outbox(lanes, state.epoch),
    audit,
    deadLetters,
    dispatcher,
    recovery,
    strategy,
    epoch: state.epoch,
  };
}

/** Protocol events are delivery's own: no application handles them. */
function onProtocol(
  strategy: LiaisonStrategy,
  type: string,
  apply: (events: readonly ReceivedEvent[], manager: EntityManager) => Promise<void>,
): void {
  const handle = (events: ReceivedEvent[], { manager }: DeliveryContext) => apply(events, manager);
  strategy.addHandler(type, handle, true, { ordering: 'arrival' });
}
