import { AgencyModule, MESSAGING } from '@liaison/casework';
import {
  ADULT_PLACE_DECLARED,
  ATTACHMENT_ADDED,
  AUDIT_RECORDED_V2,
  BREAK_GLASS_OPENED,
  COMPETENCE_ANSWERED,
  COMPETENCE_CLAIMED,
  COMPETENCE_DECIDED,
  COMPETENCE_ESCALATED,
  COMPETENCE_HANDED_OVER,
  COMPETENCE_TAKEN_OVER,
  FLIGHT_ACKNOWLEDGED,
  FLIGHT_ENDED,
  FLIGHT_FOUND,
  FLIGHT_OVERDUE,
  FLIGHT_REPORTED,
  NOTICE_ACKNOWLEDGED,
  NOTICE_AMENDED,
  NOTICE_ISSUED,
  NOTICE_ISSUED_V1,
  NOTICE_RECALLED,
  NOTICE_SUPERSEDED,
  NOTICE_WITHDRAWN,
  ONWARD_SHARE_MADE,
  OPERATION_ACKNOWLEDGED,
  OPERATION_ANNOUNCED,
  OPERATION_CALLED_OFF,
  OPINION_ANSWERED,
  OPINION_REQUESTED,
  OPINION_WITHDRAWN,
  ORIENTATION_ANSWERED,
  ORIENTATION_PERSON_NAMED,
  ORIENTATION_PROPOSED,
  ORIENTATION_REQUESTED,
  PARTNER_ANSWERED,
  PLACE_DECLARED,
  PLACEMENT_ADMITTED,
  PLACEMENT_ANSWERED,
  PLACEMENT_OFFERED,
  PLACEMENT_ORDER_ANSWERED,
  PLACEMENT_ORDER_LIFTED,
  PLACEMENT_ORDERED,
  PLACEMENT_WITHDRAWN,
  REFERRAL_ACKNOWLEDGED,
  REFERRAL_MADE,
  REFLECTION_PERIOD_BREACH_VOIDED,
  REFLECTION_PERIOD_BREACHED,
  SHARE_PURGED,
  SHARE_REVOKED,
  PERSON_LINKED,
  PERSON_UNLINKED,
  SUPPORT_REPORTED,
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

@Controller()
class PeerController {
  constructor(private readonly inbox: Inbox) {}

  @LiaisonEvent(NOTICE_ISSUED)
  onIssued(@Payload() events: ReceivedEvent[]): void {
    this.inbox.take(events);
  }

  @LiaisonEvent(NOTICE_ISSUED_V1)
  onIssuedV1(@Payload() events: ReceivedEvent[]): void {
    this.inbox.take(events);
  }

  @LiaisonEvent(NOTICE_ACKNOWLEDGED)
  onAcknowledged(@Payload() events: ReceivedEvent[]): void {
    this.inbox.take(events);
  }

  @LiaisonEvent(REFLECTION_PERIOD_BREACHED, 'arrival')
  onBreached(@Payload() events: ReceivedEvent[]): void {
    this.inbox.take(events);
  }

  @LiaisonEvent(REFLECTION_PERIOD_BREACH_VOIDED, 'arrival')
  onBreachVoided(@Payload() events: ReceivedEvent[]): void {
    this.inbox.take(events);
  }

  @LiaisonEvent(FLIGHT_REPORTED, 'arrival')
  onFlight(@Payload() events: ReceivedEvent[]): void {
    this.inbox.take(events);
  }

  @LiaisonEvent(FLIGHT_OVERDUE, 'arrival')
  onFlightOverdue(@Payload() events: ReceivedEvent[]): void {
    this.inbox.take(events);
  }

  @LiaisonEvent(FLIGHT_ACKNOWLEDGED, 'arrival')
  onFlightAcknowledged(@Payload() events: ReceivedEvent[]): void {
    this.inbox.take(events);
  }

  @LiaisonEvent(FLIGHT_FOUND, 'arrival')
  onFlightFound(@Payload() events: ReceivedEvent[]): void {
    this.inbox.take(events);
  }

  @LiaisonEvent(FLIGHT_ENDED, 'arrival')
  onFlightEnded(@Payload() events: ReceivedEvent[]): void {
    this.inbox.take(events);
  }

  @LiaisonEvent(BREAK_GLASS_OPENED, 'arrival')
  onBreakGlass(@Payload() events: ReceivedEvent[]): void {
    this.inbox.take(events);
  }

  @LiaisonEvent(URGENT_REQUEST_ASKED, 'arrival')
  onUrgentRequest(@Payload() events: ReceivedEvent[]): void {
    this.inbox.take(events);
  }

  @LiaisonEvent(URGENT_REQUEST_ANSWERED, 'arrival')
  onUrgentAnswer(@Payload() events: ReceivedEvent[]): void {
    this.inbox.take(events);
  }

  @LiaisonEvent(ONWARD_SHARE_MADE)
  onOnwardShare(@Payload() events: ReceivedEvent[]): void {
    this.inbox.take(events);
  }

  @LiaisonEvent(OPINION_REQUESTED)
  onOpinionRequested(@Payload() events: ReceivedEvent[]): void {
    this.inbox.take(events);
  }

  @LiaisonEvent(OPINION_WITHDRAWN)
  onOpinionWithdrawn(@Payload() events: ReceivedEvent[]): void {
    this.inbox.take(events);
  }

  @LiaisonEvent(OPINION_ANSWERED)
  onOpinionAnswered(@Payload() events: ReceivedEvent[]): void {
    this.inbox.take(events);
  }

  @LiaisonEvent(NOTICE_AMENDED)
  onAmended(@Payload() events: ReceivedEvent[]): void {
    this.inbox.take(events);
  }

  @LiaisonEvent(NOTICE_WITHDRAWN, 'arrival')
  onWithdrawn(@Payload() events: ReceivedEvent[]): void {
    this.inbox.take(events);
  }

  @LiaisonEvent(NOTICE_RECALLED, 'arrival')
  onRecalled(@Payload() events: ReceivedEvent[]): void {
    this.inbox.take(events);
  }

  @LiaisonEvent(NOTICE_SUPERSEDED, 'arrival')
  onSuperseded(@Payload() events: ReceivedEvent[]): void {
    this.inbox.take(events);
  }

  @LiaisonEvent(ATTACHMENT_ADDED)
  onAttachment(@Payload() events: ReceivedEvent[]): void {
    this.inbox.take(events);
  }

  @LiaisonEvent(REFERRAL_MADE)
  onReferral(@Payload() events: ReceivedEvent[]): void {
    this.inbox.take(events);
  }

  @LiaisonEvent(REFERRAL_ACKNOWLEDGED)
  onReferralAcknowledged(@Payload() events: ReceivedEvent[]): void {
    this.inbox.take(events);
  }

  @LiaisonEvent(PLACE_DECLARED)
  onPlace(@Payload() events: ReceivedEvent[]): void {
    this.inbox.take(events);
  }

  @LiaisonEvent(PARTNER_ANSWERED)
  onPartnerAnswered(@Payload() events: ReceivedEvent[]): void {
    this.inbox.take(events);
  }

  @LiaisonEvent(PLACEMENT_OFFERED)
  onPlacementOffered(@Payload() events: ReceivedEvent[]): void {
    this.inbox.take(events);
  }

  @LiaisonEvent(PLACEMENT_ADMITTED)
  onPlacementAdmitted(@Payload() events: ReceivedEvent[]): void {
    this.inbox.take(events);
  }

  @LiaisonEvent(PLACEMENT_ORDER_ANSWERED)
  onOrderAnswered(@Payload() events: ReceivedEvent[]): void {
    this.inbox.take(events);
  }

  @LiaisonEvent(PLACEMENT_ORDER_LIFTED)
  onOrderLifted(@Payload() events: ReceivedEvent[]): void {
    this.inbox.take(events);
  }

  @LiaisonEvent(PLACEMENT_ORDERED)
  onPlacementOrdered(@Payload() events: ReceivedEvent[]): void {
    this.inbox.take(events);
  }

  @LiaisonEvent(PLACEMENT_ANSWERED)
  onPlacementAnswered(@Payload() events: ReceivedEvent[]): void {
    this.inbox.take(events);
  }

  @LiaisonEvent(PLACEMENT_WITHDRAWN)
  onPlacementWithdrawn(@Payload() events: ReceivedEvent[]): void {
    this.inbox.take(events);
  }

  @LiaisonEvent(ADULT_PLACE_DECLARED)
  onAdultPlace(@Payload() events: ReceivedEvent[]): void {
    this.inbox.take(events);
  }

  @LiaisonEvent(ORIENTATION_REQUESTED)
  onOrientationRequested(@Payload() events: ReceivedEvent[]): void {
    this.inbox.take(events);
  }

  @LiaisonEvent(ORIENTATION_ANSWERED)
  onOrientationAnswered(@Payload() events: ReceivedEvent[]): void {
    this.inbox.take(events);
  }

  @LiaisonEvent(ORIENTATION_PROPOSED)
  onOrientationProposed(@Payload() events: ReceivedEvent[]): void {
    this.inbox.take(events);
  }

  @LiaisonEvent(ORIENTATION_PERSON_NAMED)
  onPersonNamed(@Payload() events: ReceivedEvent[]): void {
    this.inbox.take(events);
  }

  @LiaisonEvent(PERSON_LINKED)
  onLinked(@Payload() events: ReceivedEvent[]): void {
    this.inbox.take(events);
  }

  @LiaisonEvent(PERSON_UNLINKED)
  onUnlinked(@Payload() events: ReceivedEvent[]): void {
    this.inbox.take(events);
  }

  @LiaisonEvent(SUPPORT_REPORTED)
  onSupport(@Payload() events: ReceivedEvent[]): void {
    this.inbox.take(events);
  }

  @LiaisonEvent(OPERATION_ANNOUNCED)
  onOperation(@Payload() events: ReceivedEvent[]): void {
    this.inbox.take(events);
  }

  @LiaisonEvent(OPERATION_ACKNOWLEDGED)
  onOperationAcknowledged(@Payload() events: ReceivedEvent[]): void {
    this.inbox.take(events);
  }

  @LiaisonEvent(OPERATION_CALLED_OFF)
  onOperationCalledOff(@Payload() events: ReceivedEvent[]): void {
    this.inbox.take(events);
  }

  @LiaisonEvent(COMPETENCE_ANSWERED)
  onCompetenceAnswered(@Payload() events: ReceivedEvent[]): void {
    this.inbox.take(events);
  }

  @LiaisonEvent(COMPETENCE_CLAIMED)
  onCompetenceClaimed(@Payload() events: ReceivedEvent[]): void {
    this.inbox.take(events);
  }

  @LiaisonEvent(COMPETENCE_DECIDED)
  onCompetenceDecided(@Payload() events: ReceivedEvent[]): void {
    this.inbox.take(events);
  }

  @LiaisonEvent(COMPETENCE_ESCALATED)
  onCompetenceEscalated(@Payload() events: ReceivedEvent[]): void {
    this.inbox.take(events);
  }

  @LiaisonEvent(COMPETENCE_HANDED_OVER)
  onCompetenceHandedOver(@Payload() events: ReceivedEvent[]): void {
    this.inbox.take(events);
  }

  @LiaisonEvent(COMPETENCE_TAKEN_OVER)
  onCompetenceTakenOver(@Payload() events: ReceivedEvent[]): void {
    this.inbox.take(events);
  }

  @LiaisonEvent(SHARE_REVOKED, 'arrival')
  onRevoked(@Payload() events: ReceivedEvent[]): void {
    this.inbox.take(events);
  }

  @LiaisonEvent(SHARE_PURGED, 'arrival')
  onPurged(@Payload() events: ReceivedEvent[]): void {
    this.inbox.take(events);
  }

  @LiaisonEvent(AUDIT_RECORDED_V2, 'arrival')
  onRecorded(@Payload() events: ReceivedEvent[]): void {
    this.inbox.received.push(...events);
  }
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
