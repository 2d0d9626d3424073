import { PLACEMENT_ADMITTED, type PlacementAdmittedV1 } from '@liaison/contracts';
import { AppError } from '@liaison/kernel';
import { DeliveryContext, LiaisonEvent, type ReceivedEvent } from '@liaison/messaging';
import { decideBeds } from '@liaison/placement';
import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import type { EntityManager } from 'typeorm';
import { bedsOf, lockPlace } from '../beds/beds';
import { CHILDREN_BEDS } from '../place/place-declarations';
import { OfferRow } from './placement-offer.entity';

/** Child protection says that the children of an offer are there. */
@Controller()
export class PlacementAdmittedProjection {
  /** @throws AppError `offer-unknown`, `admission-incomplete`: the event is parked */
  @LiaisonEvent(PLACEMENT_ADMITTED)
  async onAdmitted(
    @Payload() events: ReceivedEvent<Partial<PlacementAdmittedV1>>[],
    @Ctx() { manager }: DeliveryContext,
  ): Promise<void> {
    for (const event of events) await this.admit(manager, event);
  }

  private async admit(
    manager: EntityManager,
    { sender, envelope, data }: ReceivedEvent<Partial<PlacementAdmittedV1>>,
  ): Promise<void> {
    const { admittedOn } = data;
    if (admittedOn === undefined) {
      throw new AppError('admission-incomplete', 'The convention holds back since when they are there.');
    }
    const asked = { sender, reference: envelope.subject };
    const offer = await manager.findOneBy(OfferRow, asked);
    const place = offer && (await lockPlace(manager, CHILDREN_BEDS, offer.placeId));
    const row = place && (await manager.findOneBy(OfferRow, asked));
    if (!row) throw new AppError('offer-unknown', 'It is about what nobody here was asked.');
    const state = row.state === 'accepted' ? 'admitted' : row.state;
    if (state !== row.state) {
      decideBeds(await bedsOf(manager, CHILDREN_BEDS, place), { type: 'admit', offer: row.id });
    }
    // What crossed that the shelter gave the bed away takes none, and is seen all the same: somebody has to call.
    await manager.update(OfferRow, row.id, { state, admittedOn, version: row.version + 1 });
  }
}
