import {
  OPERATION_ACKNOWLEDGED,
  OPERATION_ANNOUNCED,
  OPERATION_CALLED_OFF,
  type OperationAcknowledgedV1,
  type OperationAnnouncedV1,
  type OperationCalledOffV1,
} from '@liaison/contracts';
import { type Agency, AppError } from '@liaison/kernel';
import {
  casesOfSenders,
  DeliveryContext,
  LiaisonEvent,
  type Messaging,
  type ReceivedEvent,
} from '@liaison/messaging';
import { termOf } from '@liaison/sharing-policy';
import { Controller, Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { v7 as uuidv7 } from 'uuid';
import { AGENCY, MESSAGING } from '../agency/tokens';
import { endOfLegalDay } from '../legal-day';
import { AgencyPolicy } from '../policy/agency-policy';
import { decide, evolve, OPERATION_CONTACT, requireNobodyNamed } from './operation';
import { AnnouncedOperationRow, ReceivedOperationRow, ToldContactRow } from './operation.entity';
import * as received from './received-operation';
import { operationOf, receivedOperationOf } from './stored-operation';

type Announced = ReceivedEvent<OperationAnnouncedV1>;
type Acknowledged = ReceivedEvent<OperationAcknowledgedV1>;
type CalledOff = ReceivedEvent<OperationCalledOffV1>;

/** What investigators announce to this agency. */
@Controller()
export class OperationAnnouncedProjection {
  constructor(
    @Inject(MESSAGING) private readonly messaging: Messaging,
    @Inject(AGENCY) private readonly agency: Agency,
    private readonly policy: AgencyPolicy,
  ) {}

  /** @throws AppError `operation-not-to-contact`, `operation-incomplete`, `operation-names-somebody`: the event is parked */
  @LiaisonEvent(OPERATION_ANNOUNCED)
  async onAnnounced(@Payload() events: Announced[], @Ctx() { manager }: DeliveryContext): Promise<void> {
    for (const event of events) {
      const { sender, envelope, data, provenance, receivedAt } = event;
      const unit = this.contact(envelope.recipientunit);
      requireWhole(data);
      requireNobodyNamed(data);
      const cases = await casesOfSenders(manager, [event], {
        epoch: this.messaging.epoch,
        unit,
        newId: uuidv7,
        factsOf: () => ({ departement: data.departement }),
      });
      const { until, expectedPeople } = data;
      const operation = received.evolve(
        undefined,
        received.decide(undefined, { type: 'receive', until, expectedPeople }),
      );
      await manager.insert(ReceivedOperationRow, {
        id: uuidv7(),
        caseId: cases.get(`${sender}/${envelope.subject}`) ?? '',
        sender,
        reference: envelope.subject,
        eventId: envelope.id,
        unit,
        receivedAt,
        convention: provenance.convention,
        departement: data.departement,
        fromDay: data.from,
        untilDay: until,
        expiresAt: endOfLegalDay(until, data.departement),
        expectedPeople,
        content: data,
        acknowledgeBy: this.acknowledgeBy(event),
        placesHeld: operation.placesHeld,
        state: operation.state,
        version: operation.version,
      });
    }
  }

  /** @throws AppError `operation-unknown`: the event is parked */
  @LiaisonEvent(OPERATION_CALLED_OFF)
  async onCalledOff(@Payload() events: CalledOff[], @Ctx() { manager }: DeliveryContext): Promise<void> {
    for (const { sender, envelope } of events) {
      const row = await manager.findOne(ReceivedOperationRow, {
        where: { sender, reference: envelope.subject },
        lock: { mode: 'pessimistic_write' },
      });
      if (!row)
        throw new AppError('operation-unknown', 'It calls off what was not announced to this agency.');
      const before = receivedOperationOf(row);
      const { state, version, placesHeld } = received.evolve(
        before,
        received.decide(before, { type: 'call-off' }),
      );
      await manager.update(ReceivedOperationRow, row.id, { state, version, placesHeld, content: {} });
    }
  }

  private contact(named: string | undefined): string {
    const own = this.agency.contactPoints.find(
      ({ id, purpose }) => purpose === OPERATION_CONTACT && id === named,
    );
    if (own) return own.id;
    throw new AppError(
      'operation-not-to-contact',
      'An announcement goes to a named contact point for operations (R31), and this one names none of this agency.',
    );
  }

  private acknowledgeBy({ envelope, data, provenance, withheld, receivedAt }: Announced): Date | null {
    const held = {
      type: envelope.type,
      data: {},
      purpose: envelope.purpose ?? '',
      facts: { departement: data.departement },
      provenance,
      withheld,
    };
    const answer = this.policy.read(held, received.OPERATION_READERS, receivedAt);
    const seconds = answer && termOf('acknowledge-within', answer.decision.obligations);
    return seconds === undefined ? null : new Date(receivedAt.getTime() + seconds * 1000);
  }
}

/** A convention may hold a field back: without its days and its number nobody can prepare. */
function requireWhole({ departement, from, until, expectedPeople }: Partial<OperationAnnouncedV1>): void {
  if (departement !== undefined && from !== undefined && until !== undefined && expectedPeople !== undefined)
    return;
  throw new AppError(
    'operation-incomplete',
    'Its convention withholds the département, the days or the number.',
  );
}

/** What those who were told say of an operation. */
@Controller()
export class OperationAcknowledgedProjection {
  /** @throws AppError `operation-unknown`, `operation-acknowledgement-unexpected`: the event is parked */
  @LiaisonEvent(OPERATION_ACKNOWLEDGED)
  async onAcknowledged(
    @Payload() events: Acknowledged[],
    @Ctx() { manager }: DeliveryContext,
  ): Promise<void> {
    for (const { sender, envelope, data, receivedAt } of events) {
      // By the sender's own reference, so that nobody answers in another's place.
      const [reference] = await manager.query<{ case_id: string }[]>(
        'SELECT case_id FROM messaging.case_reference WHERE peer = $1 AND reference = $2',
        [sender, envelope.subject],
      );
      const row =
        reference &&
        (await manager.findOne(AnnouncedOperationRow, {
          where: { id: reference.case_id },
          lock: { mode: 'pessimistic_write' },
        }));
      if (!row)
        throw new AppError('operation-unknown', 'It acknowledges what this agency has not announced.');
      const told = await manager.findBy(ToldContactRow, { operationId: row.id });
      const before = operationOf(row, told);
      const placesHeld = data.placesHeld ?? 0;
      const event = decide(before, { type: 'receive-acknowledgement', agency: sender, placesHeld });
      if (event.type === 'crossed') continue;
      const { state, version } = evolve(before, event);
      await manager.update(
        ToldContactRow,
        { operationId: row.id, agency: sender },
        {
          acknowledgedAt: data.acknowledgedAt === undefined ? receivedAt : new Date(data.acknowledgedAt),
          role: data.role ?? null,
          placesHeld,
        },
      );
      await manager.update(AnnouncedOperationRow, row.id, { state, version });
    }
  }
}
