import {
  ORDER_CONTRADICTIONS,
  PLACEMENT_ORDER_ANSWERED,
  type PlacementOrderAnsweredV1,
} from '@liaison/contracts';
import { AppError } from '@liaison/kernel';
import { DeliveryContext, LiaisonEvent, type ReceivedEvent } from '@liaison/messaging';
import { decideMadeOrder, evolveMadeOrder } from '@liaison/placement';
import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { MadeOrderRow } from './placement-order.entity';

/** What child protection says that followed from an order. */
@Controller()
export class OrderAnsweredProjection {
  /** @throws AppError `order-unknown`, `order-answer-incomplete`: the event is parked */
  @LiaisonEvent(PLACEMENT_ORDER_ANSWERED)
  async onAnswered(
    @Payload() events: ReceivedEvent<Partial<PlacementOrderAnsweredV1>>[],
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
        (await manager.findOne(MadeOrderRow, {
          where: { id: reference.case_id, agency: sender },
          lock: { mode: 'pessimistic_write' },
        }));
      if (!row) throw new AppError('order-unknown', 'It answers an order that this agency has not sent.');
      if (data.outcome === undefined) {
        throw new AppError('order-answer-incomplete', 'Its convention withholds what followed.');
      }
      const outcome = data.outcome === 'obeyed' ? 'obeyed' : 'not-executed';
      const { state, version } = evolveMadeOrder(row, decideMadeOrder(row, { type: 'hear', outcome }));
      await manager.update(MadeOrderRow, row.id, {
        state,
        version,
        contradicts: ORDER_CONTRADICTIONS.filter((each) => data.contradicts?.includes(each)),
        obstacle: data.obstacle ?? null,
        answeredAt: data.answeredAt === undefined ? receivedAt : new Date(data.answeredAt),
      });
    }
  }
}
