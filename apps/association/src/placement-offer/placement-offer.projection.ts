import { CLOCK, MESSAGING } from '@liaison/casework';
import { PLACEMENT_OFFERED, type PlacementOfferedV1 } from '@liaison/contracts';
import { AppError, type Clock } from '@liaison/kernel';
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
import { randomUUID } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { placeNamed } from '../beds/named-place';
import { CHILDREN_BEDS } from '../place/place-declarations';
import { OfferAnswers } from './offer-answers';
import { OfferRow } from './placement-offer.entity';

type Offered = ReceivedEvent<Partial<PlacementOfferedV1>>;

/** What child protection asks of this shelter: a bed is held at once, or it is told at once that there is none. */
@Controller()
export class PlacementOfferProjection {
  constructor(
    @Inject(MESSAGING) private readonly messaging: Messaging,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly answers: OfferAnswers,
  ) {}

  /** @throws AppError `place-unknown`, `offer-incomplete`, `offer-exists`: the event is parked */
  @LiaisonEvent(PLACEMENT_OFFERED)
  async onOffered(@Payload() events: Offered[], @Ctx() { manager }: DeliveryContext): Promise<void> {
    for (const event of events) await this.receive(manager, event);
  }

  private async receive(manager: EntityManager, event: Offered): Promise<void> {
    const { sender, envelope, data, withheld, provenance, receivedAt } = event;
    const { children, answerBy } = data;
    if (!children || answerBy === undefined) {
      throw new AppError('offer-incomplete', 'The convention holds back what is needed to answer.');
    }
    const place = await placeNamed(manager, CHILDREN_BEDS, event);
    const { unit } = place;
    const cases = await casesOfSenders(manager, [event], {
      epoch: this.messaging.epoch,
      unit,
      newId: uuidv7,
      factsOf: () => ({}),
    });
    const caseId = cases.get(`${sender}/${envelope.subject}`) ?? '';
    if (await manager.existsBy(OfferRow, { caseId })) {
      throw new AppError('offer-exists', 'There is such an offer already.');
    }
    const row = manager.create(OfferRow, {
      id: uuidv7(),
      caseId,
      placeId: place.id,
      unit,
      sender,
      reference: envelope.subject,
      eventId: envelope.id,
      receivedAt,
      purpose: envelope.purpose ?? '',
      convention: provenance.convention,
      content: data,
      withheld: [...withheld],
      beds: children.length,
      answerBy: new Date(answerBy),
      state: 'held',
      version: 1,
      answeredAt: null,
      reason: null,
      admittedOn: null,
    });
    const { correlationid: correlationId, id: causationId } = envelope;
    const saying = { unit, correlationId, causationId, decidedAt: this.clock.now() };
    await this.answers.hold(manager, place, row, saying);
  }

  /** Taken back by its sender, whatever it was decided on: as if it had been withdrawn, but that it says of nobody that they have left. */
  @LiaisonVoided(PLACEMENT_OFFERED)
  async onVoided(@Payload() events: VoidedEvent[], @Ctx() { manager }: DeliveryContext): Promise<void> {
    for (const { sender, eventId } of events) {
      const row = await manager.findOneBy(OfferRow, { sender, eventId });
      const saying = { correlationId: randomUUID(), at: this.clock.now() };
      if (row) await this.answers.takeBack(manager, row, saying);
    }
  }
}
