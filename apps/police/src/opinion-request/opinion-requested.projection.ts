import { endOfLegalDay, MESSAGING, ShareOrders } from '@liaison/casework';
import {
  OPINION_REQUESTED,
  OPINION_WITHDRAWN,
  type OpinionRequestedV1,
  type OpinionWithdrawnV1,
} from '@liaison/contracts';
import { AppError } from '@liaison/kernel';
import {
  casesOfSenders,
  DeliveryContext,
  LiaisonEvent,
  LiaisonVoided,
  type Messaging,
  type ReceivedEvent,
  type VoidedEvent,
} from '@liaison/messaging';
import { Controller, Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import type { EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { decide, evolve } from './opinion-request';
import { OpinionRequestRow } from './opinion-request.entity';
import { stateOf } from './stored-opinion';

/** A convention may hold a field back. */
type Requested = ReceivedEvent<Partial<OpinionRequestedV1>>;
type Withdrawn = ReceivedEvent<Partial<OpinionWithdrawnV1>>;

/** What préfectures ask, and what they no longer ask. */
@Controller()
export class OpinionRequestedProjection {
  constructor(
    @Inject(MESSAGING) private readonly messaging: Messaging,
    private readonly orders: ShareOrders,
  ) {}

  /** @throws AppError `unit-missing`: the event is parked */
  @LiaisonEvent(OPINION_REQUESTED)
  async onRequested(@Payload() events: Requested[], @Ctx() { manager }: DeliveryContext): Promise<void> {
    const cases = await casesOfSenders(manager, events, {
      epoch: this.messaging.epoch,
      unit: unitOf(events[0]),
      newId: uuidv7,
      factsOf: () => ({}),
    });
    for (const event of events) {
      const { sender, envelope, data, withheld, provenance, receivedAt } = event;
      const { state, version } = evolve(undefined, decide(undefined, { type: 'receive' }));
      await manager
        .createQueryBuilder()
        .insert()
        .into(OpinionRequestRow)
        .values({
          id: uuidv7(),
          agency: sender,
          request: data.request ?? envelope.id,
          unit: unitOf(event),
          caseId: cases.get(`${sender}/${envelope.subject}`) ?? '',
          eventId: envelope.id,
          purpose: envelope.purpose ?? '',
          convention: provenance.convention,
          content: data,
          withheld: [...withheld],
          about: await findNotice(manager, event),
          receivedAt,
          dueOn: data.dueOn ?? null,
          dueAt: data.dueOn === undefined ? null : endOfLegalDay(data.dueOn, data.departement),
          state,
          version,
          keepUntil: event.keepUntil ?? null,
        })
        .orIgnore()
        .execute();
    }
    await this.orders.carryOutLate(manager, events);
  }

  /** @throws AppError `opinion-not-found`: the event is parked */
  @LiaisonEvent(OPINION_WITHDRAWN)
  async onWithdrawn(@Payload() events: Withdrawn[], @Ctx() { manager }: DeliveryContext): Promise<void> {
    for (const { sender, data, receivedAt } of events) {
      const row = await findAsked(manager, sender, { request: data.request ?? '' });
      const reason = data.reason ?? 'no-longer-needed';
      const request = row && stateOf(row);
      const { state, version } = evolve(request, decide(request, { type: 'receive-withdrawal', reason }));
      const withdrawnAt = data.withdrawnAt === undefined ? receivedAt : new Date(data.withdrawnAt);
      await manager.update(
        OpinionRequestRow,
        { agency: sender, request: data.request },
        { state, version, withdrawnAt, withdrawalReason: reason },
      );
    }
  }

  /** Taken back by its sender: that there was one stays, what was in it goes. */
  @LiaisonVoided(OPINION_REQUESTED)
  async onVoided(@Payload() events: VoidedEvent[], @Ctx() { manager }: DeliveryContext): Promise<void> {
    for (const { sender, eventId } of events) {
      const row = await findAsked(manager, sender, { eventId });
      if (!row || row.state === 'taken-back') continue;
      const { state, version } = evolve(stateOf(row), decide(stateOf(row), { type: 'take-back' }));
      await manager.update(
        OpinionRequestRow,
        { agency: sender, eventId },
        { state, version, content: {}, withheld: [] },
      );
    }
  }
}

/** Of the sender's own requests, locked. */
const findAsked = (manager: EntityManager, agency: string, asked: { request?: string; eventId?: string }) =>
  manager
    .findOne(OpinionRequestRow, { where: { agency, ...asked }, lock: { mode: 'pessimistic_write' } })
    .then((row) => row ?? undefined);

/** A notice of the unit that is asked, by the sender's own reference to its case. */
async function findNotice(manager: EntityManager, event: Requested): Promise<string | null> {
  if (event.data.notice === undefined) return null;
  const [notice] = await manager.query<{ id: string }[]>(
    `SELECT n.id FROM messaging.case_reference r
       JOIN messaging.cases c ON c.id = r.case_id JOIN police.notice n ON n.case_id = r.case_id
      WHERE r.peer = $1 AND r.reference = $2 AND c.unit = $3`,
    [event.sender, event.data.notice, unitOf(event)],
  );
  return notice?.id ?? null;
}

function unitOf(event: Requested | undefined): string {
  const unit = event?.envelope.recipientunit;
  if (unit !== undefined) return unit;
  throw new AppError('unit-missing', 'It names no unit of this agency: nobody would answer it.');
}
