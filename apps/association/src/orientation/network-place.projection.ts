import { ADULT_PLACE_DECLARED, type AdultPlaceDeclaredV1 } from '@liaison/contracts';
import { AppError } from '@liaison/kernel';
import {
  DeliveryContext,
  LiaisonEvent,
  LiaisonVoided,
  type ReceivedEvent,
  type VoidedEvent,
} from '@liaison/messaging';
import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { v7 as uuidv7 } from 'uuid';
import { NetworkPlaceRow } from './orientation.entity';

/** What shelters of the network say of their places for adults. */
@Controller()
export class NetworkPlaceProjection {
  /** @throws AppError `place-incomplete`: the event is parked, for nobody is proposed to half a description */
  @LiaisonEvent(ADULT_PLACE_DECLARED)
  async onDeclared(
    @Payload() events: ReceivedEvent<AdultPlaceDeclaredV1>[],
    @Ctx() { manager }: DeliveryContext,
  ): Promise<void> {
    for (const { sender, envelope, data, withheld } of events) {
      if (withheld.length > 0) {
        throw new AppError('place-incomplete', 'The convention holds back a part of what the place is like.');
      }
      await manager
        .createQueryBuilder()
        .insert()
        .into(NetworkPlaceRow)
        .values({
          ...data,
          id: uuidv7(),
          shelter: sender,
          reference: envelope.subject,
          eventId: envelope.id,
          declaredAt: new Date(data.declaredAt),
          mostFree: data.free,
        })
        .orUpdate(CHANGING, ['shelter', 'reference'])
        .execute();
      await manager.query(
        `UPDATE orientation.place SET most_free = free WHERE shelter = $1 AND reference = $2 AND most_free < free`,
        [sender, envelope.subject],
      );
    }
  }

  /** What its shelter no longer stands by is proposed to nobody; the next declaration opens it again. */
  @LiaisonVoided(ADULT_PLACE_DECLARED)
  async onVoided(@Payload() events: VoidedEvent[], @Ctx() { manager }: DeliveryContext): Promise<void> {
    for (const { sender: shelter, eventId } of events) {
      await manager.update(NetworkPlaceRow, { shelter, eventId }, { open: false, free: 0 });
    }
  }
}

const CHANGING = [
  ...['event_id', 'declared_at', 'open', 'departement', 'free', 'sexes', 'languages', 'emergency'],
  'takes_from_police',
];
