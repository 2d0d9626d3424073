import {
  FLIGHT_ACKNOWLEDGED,
  FLIGHT_ENDED,
  FLIGHT_FOUND,
  FLIGHT_OUTCOMES,
  FLIGHT_OVERDUE,
  FLIGHT_REPORTED,
  type FlightAcknowledgedV1,
  type FlightEndedV1,
  type FlightFoundV1,
  type FlightOutcome,
  type FlightOverdueV1,
  type FlightReportedV1,
} from '@liaison/contracts';
import { type Agency, AppError, type Clock } from '@liaison/kernel';
import {
  casesOfSenders,
  DeliveryContext,
  LiaisonEvent,
  LiaisonVoided,
  type Messaging,
  type ReceivedEvent,
  type VoidedEvent,
} from '@liaison/messaging';
import { decideFlight } from '@liaison/placement';
import { termOf } from '@liaison/sharing-policy';
import { Controller, Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { type EntityManager, IsNull } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { ShareOrders } from '../after-sharing/share-orders';
import { AGENCY, CLOCK, MESSAGING } from '../agency/tokens';
import { ATTACHMENT_UNIT } from '../attachments/attachment-unit';
import { AgencyPolicy } from '../policy/agency-policy';
import { forgetSearchTerms, storeSearchTerms } from '../search/search-terms';
import {
  decideReceived,
  evolveReceived,
  FLIGHT_READERS,
  flightOf,
  type ReceivedFlightCommand,
} from './flight';
import { FlightRow, ReceivedFlightRow, ToldFlightRow } from './flight.entity';
import { FlightSubjects } from './flight-subjects';
import { FlightTelling } from './flight-telling';
import { heldReceivedFlight, isOwnCase, receivedFlightOf } from './stored-flight';

/** A convention may hold a field back. */
type Told = ReceivedEvent<Partial<FlightReportedV1 & FlightOverdueV1 & FlightEndedV1>>;

/** What others say of children who are gone. Nothing of it waits for what came before: it is applied as it arrives. */
@Controller()
export class FlightReportedProjection {
  constructor(
    @Inject(AGENCY) private readonly agency: Agency,
    @Inject(MESSAGING) private readonly messaging: Messaging,
    @Inject(ATTACHMENT_UNIT) private readonly unit: string,
    private readonly policy: AgencyPolicy,
    private readonly subjects: FlightSubjects,
    private readonly orders: ShareOrders,
  ) {}

  /** @throws AppError `flight-incomplete`: the event is parked */
  @LiaisonEvent(FLIGHT_REPORTED, 'arrival')
  async onReported(@Payload() events: Told[], @Ctx() { manager }: DeliveryContext): Promise<void> {
    for (const event of events) {
      const row = await this.rowOf(manager, event);
      const { state, version, isLate } = move(row, { type: 'hear' });
      const { data, withheld, envelope, provenance, keepUntil } = event;
      const times = { noticedAt: timeOf(data.noticedAt), reportedAt: timeOf(data.reportedAt) };
      const told: ReceivedFlightRow = {
        ...row,
        ...times,
        departement: data.lastSeen?.departement ?? null,
        // Whom nobody searches for any more nobody needs described; that the network knows the place is so all the same.
        ...(isLate && data.placeKnown && { content: { ...row.content, placeKnown: true } }),
        ...(!isLate && {
          content: data,
          withheld: [...withheld],
          eventId: envelope.id,
          convention: provenance.convention,
          keepUntil: keepUntil ?? null,
        }),
        state,
        version,
      };
      if (!isLate) told.acknowledgeBy = this.acknowledgeBy(told, event.receivedAt);
      await manager.save(ReceivedFlightRow, told);
      if (!isLate && told.caseId !== null && isOwnCase(told)) {
        await storeSearchTerms(manager, [
          { id: told.id, caseId: told.caseId, unit: told.unit, content: data },
        ]);
      }
    }
    await this.orders.carryOutLate(manager, events);
  }

  /** @throws AppError `flight-incomplete`: the event is parked */
  @LiaisonEvent(FLIGHT_OVERDUE, 'arrival')
  async onOverdue(@Payload() events: Told[], @Ctx() { manager }: DeliveryContext): Promise<void> {
    for (const event of events) {
      const row = await this.rowOf(manager, event);
      const { state, version } = move(row, { type: 'hear-overdue' });
      await manager.save(ReceivedFlightRow, {
        ...row,
        noticedAt: row.noticedAt ?? timeOf(event.data.noticedAt),
        state,
        version,
      });
    }
  }

  /** @throws AppError `flight-incomplete`: the event is parked */
  @LiaisonEvent(FLIGHT_ENDED, 'arrival')
  async onEnded(@Payload() events: Told[], @Ctx() { manager }: DeliveryContext): Promise<void> {
    for (const event of events) {
      const row = await this.rowOf(manager, event);
      const { outcome, endedAt } = event.data;
      const { state, version } = move(row, { type: 'hear-end', outcome: outcome ?? LEAST_TELLING });
      await manager.save(ReceivedFlightRow, {
        ...row,
        endedAt: row.endedAt ?? timeOf(endedAt) ?? event.receivedAt,
        state,
        version,
      });
    }
  }

  /** Taken back by its sender: that there was one stays, what was in it goes. */
  @LiaisonVoided(FLIGHT_REPORTED)
  async onVoided(@Payload() events: VoidedEvent[], @Ctx() { manager }: DeliveryContext): Promise<void> {
    for (const { sender, eventId } of events) {
      const row = await manager.findOne(ReceivedFlightRow, {
        where: { sender, eventId },
        lock: { mode: 'pessimistic_write' },
      });
      if (!row) continue;
      const { state, version } = move(row, { type: 'take-back' });
      await manager.update(ReceivedFlightRow, row.id, { state, version, content: {}, withheld: [] });
      await forgetSearchTerms(manager, [row.id]);
    }
  }

  /** The duty stands in the convention that it was released under, and counts from here. */
  private acknowledgeBy(row: ReceivedFlightRow, receivedAt: Date): Date | null {
    const answer = this.policy.read(
      { ...heldReceivedFlight(row, this.agency), data: {} },
      FLIGHT_READERS,
      receivedAt,
    );
    const seconds = answer && termOf('acknowledge-within', answer.decision.obligations);
    return seconds === undefined ? null : new Date(receivedAt.getTime() + seconds * 1000);
  }

  /** The flight as it stands here, or as it begins with this event. */
  private async rowOf(manager: EntityManager, event: Told): Promise<Stored> {
    const { sender, envelope, data, provenance, receivedAt, keepUntil } = event;
    if (data.flight === undefined) {
      throw new AppError('flight-incomplete', 'Its convention withholds which flight it is about.');
    }
    const known = await manager.findOne(ReceivedFlightRow, {
      where: { sender, flight: data.flight },
      lock: { mode: 'pessimistic_write' },
    });
    if (known) return known;
    const cases = await casesOfSenders(manager, [event], {
      epoch: this.messaging.epoch,
      unit: this.unit,
      newId: uuidv7,
      factsOf: () => ({}),
    });
    const deliveredCase = cases.get(`${sender}/${envelope.subject}`) ?? '';
    const own = await this.subjects.receivedOn(manager, deliveredCase);
    return {
      id: uuidv7(),
      flight: data.flight,
      deliveredCase,
      caseId: own?.caseId ?? null,
      sender,
      reference: envelope.subject,
      eventId: envelope.id,
      unit: own?.unit ?? envelope.recipientunit ?? this.unit,
      receivedAt,
      purpose: envelope.purpose ?? '',
      convention: provenance.convention,
      departement: null,
      content: {},
      withheld: [],
      noticedAt: null,
      reportedAt: null,
      endedAt: null,
      acknowledgeBy: null,
      acknowledgedAt: null,
      acknowledgedBy: null,
      overdueToldAt: null,
      foundSaidAt: null,
      foundSaidBy: null,
      passedOnAt: null,
      keepUntil: keepUntil ?? null,
      restrictedSince: null,
      revokedFields: [],
      purgedAt: null,
      purgeReason: null,
    };
  }
}

type Stored = Omit<ReceivedFlightRow, 'state' | 'version'> &
  Partial<Pick<ReceivedFlightRow, 'state' | 'version'>>;

function move(row: Stored, command: ReceivedFlightCommand) {
  const before = row.state === undefined ? undefined : receivedFlightOf(row as ReceivedFlightRow);
  const event = decideReceived(before, command);
  return { ...evolveReceived(before, event), isLate: event.type === 'late' };
}

const timeOf = (time: string | undefined): Date | null => (time === undefined ? null : new Date(time));
/** Where a convention holds back how it ended. */
const LEAST_TELLING: FlightOutcome = FLIGHT_OUTCOMES[0];

/** What those who were told of a flight say: somebody has taken note of it, the child is found. */
@Controller()
export class FlightFoundProjection {
  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly telling: FlightTelling,
  ) {}

  /** Whether or not the flight is over by now. @throws AppError `flight-unknown`: the event is parked */
  @LiaisonEvent(FLIGHT_ACKNOWLEDGED, 'arrival')
  async onAcknowledged(
    @Payload() events: ReceivedEvent<Partial<FlightAcknowledgedV1>>[],
    @Ctx() { manager }: DeliveryContext,
  ): Promise<void> {
    for (const { sender, envelope, data, receivedAt } of events) {
      const row = await toldBy(manager, sender, envelope.subject, data.flight);
      await manager.update(
        ToldFlightRow,
        { flightId: row.id, agency: sender, acknowledgedAt: IsNull() },
        {
          acknowledgedAt: timeOf(data.acknowledgedAt) ?? receivedAt,
          role: data.role ?? null,
          acknowledgementEvent: envelope.id,
        },
      );
    }
  }

  /** @throws AppError `flight-unknown`: the event is parked */
  @LiaisonEvent(FLIGHT_FOUND, 'arrival')
  async onFound(
    @Payload() events: ReceivedEvent<Partial<FlightFoundV1>>[],
    @Ctx() { manager }: DeliveryContext,
  ): Promise<void> {
    for (const { sender, envelope, data } of events) {
      const row = await toldBy(manager, sender, envelope.subject, data.flight);
      // Somebody else was quicker.
      if (row.state !== 'reported') continue;
      const now = this.clock.now();
      const said = data.foundAt === undefined ? now : new Date(data.foundAt);
      const event = decideFlight(flightOf(row), { type: 'find', at: said < row.noticedAt ? now : said });
      if (event.type !== 'ended') throw new TypeError('whoever is found is not gone');
      const { correlationid: correlationId, id: causationId } = envelope;
      await this.telling.end(manager, row, event, { correlationId, causationId, decidedAt: now });
    }
  }
}

/** The flight that its sender was told of, by the sender's own reference, so that nobody answers in another's place. */
async function toldBy(
  manager: EntityManager,
  sender: string,
  reference: string,
  flight: string | undefined,
): Promise<FlightRow> {
  const [told] = await manager.query<{ id: string }[]>(
    `SELECT t.flight_id AS id FROM flight.told t
       JOIN messaging.case_reference r ON r.case_id = t.case_id AND r.peer = t.agency
      WHERE t.flight_id = $1 AND r.peer = $2 AND r.reference = $3`,
    [flight ?? null, sender, reference],
  );
  const row =
    told &&
    (await manager.findOne(FlightRow, { where: { id: told.id }, lock: { mode: 'pessimistic_write' } }));
  if (!row) {
    throw new AppError('flight-unknown', 'It is about a child of whom this agency told its sender nothing.');
  }
  return row;
}
