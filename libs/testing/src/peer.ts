import { AgencyModule, MESSAGING } from '@liaison/casework';
import {
  AUDIT_RECORDED,
  AUDIT_RECORDED_V2,
  BREAK_GLASS_OPENED,
  DELIVERY_ACKNOWLEDGED,
  DELIVERY_GAP_REQUESTED,
  DELIVERY_VOIDED,
  EVENT_TYPES,
  FLIGHT_ACKNOWLEDGED,
  FLIGHT_ENDED,
  FLIGHT_FOUND,
  FLIGHT_OVERDUE,
  FLIGHT_REPORTED,
  NOTICE_RECALLED,
  NOTICE_SUPERSEDED,
  NOTICE_WITHDRAWN,
  REFLECTION_PERIOD_BREACHED,
  REFLECTION_PERIOD_BREACH_VOIDED,
  SHARE_PURGED,
  SHARE_REVOKED,
  URGENT_REQUEST_ANSWERED,
  URGENT_REQUEST_ASKED,
} from '@liaison/contracts';
import { AppError, type Directory } from '@liaison/kernel';
import {
  casesOfSenders,
  Dispatcher,
  LiaisonEvent,
  type Messaging,
  Outbox,
  type ReceivedEvent,
  type RecordedEvent,
} from '@liaison/messaging';
import { serveTransaction } from '@liaison/platform';
import { Controller, Injectable, Module } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { randomUUID } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import type { AgencyWorld, TestService } from './agency-harness';

/** What a peer sends: the conventions decide on it as on anybody's event. */
export interface PeerEvent {
  readonly type: string;
  readonly document: unknown;
  /** Default `residence-of-victims`. */
  readonly purpose?: string;
  /** Unit of the recipient; default: none named. */
  readonly unit?: string;
  /** Facts of a new case; default: a protected nobody, of whom nothing is known. */
  readonly facts?: Readonly<Record<string, unknown>>;
}

/**
 * The other side of a service under test: an agency with real delivery and real conventions that keeps what it gets and
 * sends what it is told.
 */
export interface TestPeer extends TestService {
  /** Notices, acknowledgements, breaches and messages of audit records, in order of application. */
  readonly received: readonly ReceivedEvent[];
  /** From now on it parks what it receives, for this reason; without one it takes everything again. */
  parkEverything(reason?: string): void;
  /** Opens a case with its first event. @returns the reference that the recipient will know it by */
  send(to: string, event: PeerEvent): Promise<string>;
  /** Says more on a case that `send` opened. */
  sayMore(to: string, reference: string, event: PeerEvent): Promise<void>;
  /** Takes back all that it said on a case that `send` opened. */
  takeBack(to: string, reference: string): Promise<void>;
  /** Answers on the case that an event belongs to. */
  answer(received: ReceivedEvent, event: PeerEvent): Promise<void>;
}

@Injectable()
class Inbox {
  readonly received: ReceivedEvent[] = [];
  parking?: string;

  take(events: readonly ReceivedEvent[]): void {
    if (this.parking !== undefined) throw new AppError(this.parking, 'This peer takes nothing for now.');
    this.received.push(...events);
  }
}

/** What goes before what it speaks of, and waits for nothing. */
const ON_ARRIVAL: ReadonlySet<string> = new Set([
  REFLECTION_PERIOD_BREACHED,
  REFLECTION_PERIOD_BREACH_VOIDED,
  FLIGHT_REPORTED,
  FLIGHT_OVERDUE,
  FLIGHT_ACKNOWLEDGED,
  FLIGHT_FOUND,
  FLIGHT_ENDED,
  BREAK_GLASS_OPENED,
  URGENT_REQUEST_ASKED,
  URGENT_REQUEST_ANSWERED,
  NOTICE_WITHDRAWN,
  NOTICE_RECALLED,
  NOTICE_SUPERSEDED,
  SHARE_REVOKED,
  SHARE_PURGED,
]);

/** What delivery itself takes, and how audit records are kept. */
const OF_DELIVERY: ReadonlySet<string> = new Set([
  AUDIT_RECORDED,
  AUDIT_RECORDED_V2,
  DELIVERY_ACKNOWLEDGED,
  DELIVERY_GAP_REQUESTED,
  DELIVERY_VOIDED,
]);

@Controller()
class PeerController {
  constructor(private readonly inbox: Inbox) {}

  @LiaisonEvent(AUDIT_RECORDED_V2, 'arrival')
  onRecorded(@Payload() events: ReceivedEvent[]): void {
    this.inbox.received.push(...events);
  }

  /** As a method of its own with these decorators would: one for each type that any service says. */
  static take(type: string): void {
    const method = `on ${type}`;
    const descriptor: PropertyDescriptor = {
      value: function (this: PeerController, events: ReceivedEvent[]): void {
        this.inbox.take(events);
      },
    };
    Payload()(PeerController.prototype, method, 0);
    LiaisonEvent(type, ON_ARRIVAL.has(type) ? 'arrival' : 'case')(
      PeerController.prototype,
      method,
      descriptor,
    );
    Object.defineProperty(PeerController.prototype, method, descriptor);
  }
}

for (const { type } of EVENT_TYPES) {
  if (!OF_DELIVERY.has(type)) PeerController.take(type);
}

@Module({
  imports: [AgencyModule.forRoot({ service: 'peer', entities: [] })],
  controllers: [PeerController],
  providers: [Inbox],
})
class PeerModule {}

const UNIT = 'desk';

/** @param env on top of what the harness sets */
export async function startPeer(
  world: AgencyWorld,
  agencyId: string,
  env: Readonly<Record<string, string>> = {},
): Promise<TestPeer> {
  const service = await world.start({
    agencyId,
    env,
    service: 'peer',
    module: PeerModule,
    openApi: { title: 'Peer', version: '1' },
    migrations: [],
  });
  const { app, database } = service;
  const outbox = app.get(Outbox);
  const { epoch } = app.get<Messaging>(MESSAGING);
  const newEvent = (to: string, { type, document, unit, purpose = 'residence-of-victims' }: PeerEvent) => ({
    type,
    document,
    purpose,
    unit: UNIT,
    correlationId: randomUUID(),
    decidedAt: new Date(),
    recipients: [{ agency: getAgency(world.directory, to), ...(unit !== undefined && { unit }) }],
  });
  const caseOf = async (manager: EntityManager, to: string, reference: string): Promise<string> => {
    const [row] = await manager.query<{ case_id: string }[]>(
      'SELECT case_id FROM messaging.case_reference WHERE peer = $1 AND reference = $2',
      [to, reference],
    );
    return row?.case_id ?? '';
  };
  const wake = ({ lanes }: Pick<RecordedEvent, 'lanes'>): void => app.get(Dispatcher).wake(lanes);

  return {
    ...service,
    received: app.get(Inbox).received,
    parkEverything: (reason) => {
      app.get(Inbox).parking = reason;
    },
    send: async (to, event) => {
      const opened = { id: randomUUID(), unit: UNIT, facts: event.facts ?? {} };
      const writer = { agency: agencyId, unit: UNIT, roles: ['desk'] };
      const recorded = await serveTransaction(database.serve, writer, (manager) =>
        outbox.openCase(manager, opened, newEvent(to, event)),
      );
      wake(recorded);
      return recorded.intents[0]?.reference ?? '';
    },
    sayMore: async (to, reference, event) => {
      const recorded = await database.ingest.transaction(async (manager) =>
        outbox.append(manager, await caseOf(manager, to, reference), newEvent(to, event)),
      );
      wake(recorded);
    },
    takeBack: async (to, reference) => {
      const taken = await database.ingest.transaction(async (manager) =>
        outbox.voidDelivered(manager, await caseOf(manager, to, reference), { reason: 'withdrawn' }),
      );
      wake(taken);
    },
    answer: async (received, event) => {
      const recorded = await database.ingest.transaction(async (manager) => {
        const cases = await casesOfSenders(manager, [received], {
          epoch,
          unit: UNIT,
          newId: randomUUID,
          factsOf: () => event.facts ?? {},
        });
        const caseId = cases.get(`${received.sender}/${received.envelope.subject}`) ?? '';
        return outbox.append(manager, caseId, newEvent(received.sender, event));
      });
      wake(recorded);
    },
  };
}

function getAgency(directory: Directory, id: string) {
  const agency = directory.findAgency(id);
  if (agency) return agency;
  throw new AppError('agency-unknown', `The test's directory has no agency ${id}.`);
}
