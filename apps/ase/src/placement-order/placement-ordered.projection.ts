import { DeskConfig, forgetSearchTerms, MESSAGING, ShareOrders, storeSearchTerms } from '@liaison/casework';
import {
  PLACEMENT_ORDER_LIFTED,
  PLACEMENT_ORDERED,
  type PlacementOrderedV1,
  type PlacementOrderLiftedV1,
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
import { decideJudgeOrder, evolveJudgeOrder } from '@liaison/placement';
import { Controller, Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { v7 as uuidv7 } from 'uuid';
import { JudgeOrderRow } from './judge-order.entity';
import { orderOf } from './stored-judge-order';

/** A convention may hold a field back. */
type Ordered = ReceivedEvent<Partial<PlacementOrderedV1>>;

/** Half an order is none: nobody may take "child protection chooses" for what was only held back. */
const SAID: readonly string[] = ['departement', 'lodging'];

/** Orders of judges, as partners send them. */
@Controller()
export class PlacementOrderedProjection {
  constructor(
    @Inject(MESSAGING) private readonly messaging: Messaging,
    private readonly desk: DeskConfig,
    private readonly orders: ShareOrders,
  ) {}

  /** @throws AppError `order-incomplete`: the event is parked */
  @LiaisonEvent(PLACEMENT_ORDERED)
  async onOrdered(@Payload() events: Ordered[], @Ctx() { manager }: DeliveryContext): Promise<void> {
    if (events.some(({ withheld }) => withheld.some((path) => SAID.includes(path)))) {
      throw new AppError('order-incomplete', 'The convention holds back where or how the child is to live.');
    }
    const cases = await casesOfSenders(manager, events, {
      epoch: this.messaging.epoch,
      unit: this.desk.defaultUnit,
      newId: uuidv7,
      factsOf: () => ({}),
    });
    for (const { sender, envelope, data, withheld, provenance, receivedAt, keepUntil } of events) {
      const { departement, lodging } = data;
      const says = { ...(departement !== undefined && { departement }), ...(lodging && { lodging }) };
      const order = evolveJudgeOrder(undefined, decideJudgeOrder(undefined, { type: 'receive', says }));
      const id = uuidv7();
      const deliveredCase = cases.get(`${sender}/${envelope.subject}`) ?? '';
      const unit = envelope.recipientunit ?? this.desk.defaultUnit;
      await manager
        .createQueryBuilder()
        .insert()
        .into(JudgeOrderRow)
        .values({
          ...{ id, deliveredCase, unit },
          sender,
          reference: envelope.subject,
          eventId: envelope.id,
          receivedAt,
          purpose: envelope.purpose ?? '',
          convention: provenance.convention,
          content: data,
          withheld: [...withheld],
          departement: departement ?? null,
          lodging: lodging ?? null,
          state: order.state,
          version: order.version,
          contradicts: [...order.contradicts],
          keepUntil: keepUntil ?? null,
        })
        .execute();
      // Found by name from now on; with the child's case once it is obeyed.
      await storeSearchTerms(manager, [{ id, caseId: deliveredCase, unit, content: data }]);
    }
    await this.orders.carryOutLate(manager, events);
  }

  /** That there was one stays; nobody is moved back by it. */
  @LiaisonVoided(PLACEMENT_ORDERED)
  async onVoided(@Payload() events: VoidedEvent[], @Ctx() { manager }: DeliveryContext): Promise<void> {
    for (const { sender, eventId } of events) {
      const row = await manager.findOne(JudgeOrderRow, {
        where: { sender, eventId },
        lock: { mode: 'pessimistic_write' },
      });
      if (!row || row.state === 'taken-back') continue;
      const { state, version } = evolveJudgeOrder(
        orderOf(row),
        decideJudgeOrder(orderOf(row), { type: 'take-back' }),
      );
      await manager.update(JudgeOrderRow, row.id, { state, version, content: {}, withheld: [] });
      await forgetSearchTerms(manager, [row.id]);
    }
  }

  /** It no longer stands; nobody is moved by that. @throws AppError `order-unknown`: the event is parked */
  @LiaisonEvent(PLACEMENT_ORDER_LIFTED)
  async onLifted(
    @Payload() events: ReceivedEvent<Partial<PlacementOrderLiftedV1>>[],
    @Ctx() { manager }: DeliveryContext,
  ): Promise<void> {
    for (const { sender, envelope, data, receivedAt } of events) {
      const row = await manager.findOne(JudgeOrderRow, {
        where: { sender, reference: envelope.subject },
        lock: { mode: 'pessimistic_write' },
      });
      if (!row) throw new AppError('order-unknown', 'It lifts an order that has not come here.');
      if (row.state === 'lifted' || row.state === 'taken-back') continue;
      const before = orderOf(row);
      const { state, version } = evolveJudgeOrder(before, decideJudgeOrder(before, { type: 'lift' }));
      await manager.update(JudgeOrderRow, row.id, {
        state,
        version,
        liftedOn: data.liftedOn ?? receivedAt.toISOString().slice(0, 10),
        liftedAt: receivedAt,
      });
    }
  }
}
