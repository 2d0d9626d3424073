import { DELIVERY_ACKNOWLEDGED, type DeliveryAcknowledgedV1 } from '@liaison/contracts';
import { applyAcknowledgements, DeliveryContext, LiaisonEvent, type ReceivedEvent } from '@liaison/messaging';
import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';

/** What other agencies say has arrived. */
@Controller()
export class AcknowledgementController {
  @LiaisonEvent(DELIVERY_ACKNOWLEDGED, 'arrival')
  async onAcknowledged(
    @Payload() events: ReceivedEvent<DeliveryAcknowledgedV1>[],
    @Ctx() context: DeliveryContext,
  ): Promise<void> {
    await applyAcknowledgements(events, context.manager);
  }
}
