import type { Agency, Directory } from '@liaison/kernel';
import {
  type AcceptedReceipt,
  type AllowedRelease,
  type Broker,
  DevelopmentSealing,
  EmbeddedBroker,
  type Messaging,
  openMessaging,
  type PendingEvent,
  type ReceiptPort,
  type ReceivedEvent,
  type RefusedRelease,
  type VoidedEvent,
} from '@liaison/messaging';
import { AUDIT_RECORDED_TYPES, type Envelope, topicManifest } from '@liaison/contracts';
import { type AgencyDatabase, copyAgencyDatabase } from './agency-database';
import { createTestDatabase, type TestDatabase, type TestPostgres } from './servers';

const agency = (id: string, kind: string): Agency => ({
  id,
  kind,
  name: id,
  competentFor: ['75'],
  units: [],
  contactPoints: [],
  inboxPartitions: 3,
});

/** Police, préfecture and audit log of one département. */
export const SMALL_DIRECTORY: Directory = directoryOf([
  agency('audit-log', 'audit-log'),
  agency('police-75', 'police'),
  agency('prefecture-75', 'prefecture'),
]);

export function directoryOf(agencies: readonly Agency[]): Directory {
  return {
    agencies: () => agencies,
    findAgency: (id) => agencies.find((candidate) => candidate.id === id),
    competentAgencies: (kind, departement) =>
      agencies.filter((candidate) => candidate.kind === kind && candidate.competentFor.includes(departement)),
  };
}

export interface TestAgency extends Messaging {
  readonly database: AgencyDatabase;
  readonly broker: Broker;
  /** What its handlers got, in order of application. */
  readonly received: ReceivedEvent[];
  readonly parked: Error[];
  /** Stops working; its database stays. */
  halt(): Promise<void>;
  /** Stops, and drops the database. */
  stop(): Promise<void>;
}

export interface TestAgencyOptions {
  readonly decideRelease?: (event: PendingEvent) => AllowedRelease | RefusedRelease;
  /** Runs inside T3 before an event counts as received. */
  readonly onReceived?: (event: ReceivedEvent) => void;
  /** Told inside T3 of each event that was applied and is voided. */
  readonly onVoided?: (event: VoidedEvent) => void;
  /** Default: it accepts everything, as it came. */
  readonly checkReceipt?: ReceiptPort['checkReceipt'];
  /** Default 300. */
  readonly overdueSeconds?: number;
  /** Types that it handles beside acknowledgements and audit records. */
  readonly handles?: readonly string[];
}

export const releaseAll = (event: PendingEvent): AllowedRelease => ({
  allowed: true,
  data: event.document,
  withheld: [],
  convention: 'test@1',
  legalBases: [],
  digest: '0'.repeat(64),
  fields: [],
});

const acceptAll = ({ data }: Envelope): AcceptedReceipt => ({
  accepted: true,
  data,
  withheld: [],
  legalBases: [],
  digest: '0'.repeat(64),
  fields: [],
});

/** A PostgreSQL database with the embedded broker in it, and every topic of the small directory. */
export async function createEmbeddedBroker(server: TestPostgres): Promise<TestDatabase> {
  const database = await createTestDatabase(server);
  await EmbeddedBroker.install(database.adminUrl);
  const admin = new EmbeddedBroker({ url: database.adminUrl, clientId: 'admin' });
  await admin.connect();
  await admin.createTopics(topicManifest(SMALL_DIRECTORY));
  await admin.disconnect();
  return database;
}

/** One agency's messaging over real databases, without its HTTP service and without conventions. */
export async function startTestAgency(
  id: string,
  server: TestPostgres,
  broker: Broker,
  options: TestAgencyOptions = {},
  database?: AgencyDatabase,
): Promise<TestAgency> {
  const own = database ?? (await copyAgencyDatabase(server));
  const received: ReceivedEvent[] = [];
  const parked: Error[] = [];
  const logger = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const messaging = await openMessaging({
    agency: SMALL_DIRECTORY.findAgency(id) as Agency,
    service: id,
    auditLog: SMALL_DIRECTORY.findAgency('audit-log') as Agency,
    directory: SMALL_DIRECTORY,
    broker,
    ingest: own.ingest,
    sealing: new DevelopmentSealing('development'),
    releases: { decideRelease: options.decideRelease ?? releaseAll },
    receipts: { checkReceipt: options.checkReceipt ?? acceptAll },
    policyDigest: 'test',
    clock: { now: () => new Date() },
    logger,
    onFatal: (error) => parked.push(error),
    ...(options.overdueSeconds !== undefined && { overdueSeconds: options.overdueSeconds }),
  });
  const collect = (events: ReceivedEvent[]) => {
    for (const event of events) options.onReceived?.(event);
    received.push(...events);
    return Promise.resolve();
  };
  for (const type of [...AUDIT_RECORDED_TYPES, ...(options.handles ?? [])]) {
    messaging.strategy.addHandler(type, collect, true, {
      ordering: AUDIT_RECORDED_TYPES.includes(type) ? 'arrival' : 'case',
    });
    const undo = (events: VoidedEvent[]) =>
      Promise.resolve(events.forEach((event) => options.onVoided?.(event)));
    messaging.strategy.addHandler(`voided:${type}`, undo, true, {});
  }
  messaging.strategy.listen(() => undefined);
  messaging.dispatcher.start();
  messaging.recovery.start();
  const halt = async () => {
    await messaging.strategy.close();
    await messaging.recovery.stop();
    await messaging.dispatcher.stop();
    await broker.disconnect();
  };
  return {
    ...messaging,
    database: own,
    broker,
    received,
    parked,
    halt,
    stop: async () => {
      await halt();
      await own.close();
    },
  };
}
