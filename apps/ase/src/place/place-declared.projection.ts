import { PLACE_DECLARED, type PlaceDeclaredV1 } from '@liaison/contracts';
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
import { PlaceRow } from './place.entity';

/** What shelters say of their places. */
@Controller()
export class PlaceDeclaredProjection {
  /** @throws AppError `place-incomplete`: the event is parked, for nobody is placed on half a description */
  @LiaisonEvent(PLACE_DECLARED)
  async onDeclared(
    @Payload() events: ReceivedEvent<PlaceDeclaredV1>[],
    @Ctx() { manager }: DeliveryContext,
  ): Promise<void> {
    for (const { sender, envelope, data, withheld, receivedAt } of events) {
      if (withheld.length > 0) {
        throw new AppError('place-incomplete', 'The convention holds back a part of what the place is like.');
      }
      const { ages, declaredAt, ...said } = data;
      await manager
        .createQueryBuilder()
        .insert()
        .into(PlaceRow)
        .values({
          ...said,
          id: uuidv7(),
          shelter: sender,
          reference: envelope.subject,
          eventId: envelope.id,
          receivedAt,
          declaredAt: new Date(declaredAt),
          agesFrom: ages.from,
          agesTo: ages.to,
        })
        .orUpdate(CHANGING, ['shelter', 'reference'])
        .execute();
    }
  }

  /** What its shelter no longer stands by is not offered to anybody; the next declaration opens it again. */
  @LiaisonVoided(PLACE_DECLARED)
  async onVoided(@Payload() events: VoidedEvent[], @Ctx() { manager }: DeliveryContext): Promise<void> {
    for (const { sender: shelter, eventId } of events) {
      await manager.update(PlaceRow, { shelter, eventId }, { open: false, free: 0 });
    }
  }
}

const CHANGING = [
  ...[
    'event_id',
    'received_at',
    'declared_at',
    'open',
    'lodging',
    'departement',
    'free',
    'ages_from',
    'ages_to',
  ],
  ...['sexes', 'languages', 'trained_staff', 'secure', 'schooling'],
];
