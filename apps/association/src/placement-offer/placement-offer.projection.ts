import { CLOCK, MESSAGING } from '@liaison/casework';
import {
  PLACEMENT_OFFERED,
  PLACEMENT_WITHDRAWN,
  type PlacementOfferedV1,
  type PlacementWithdrawnV1,
} from '@liaison/contracts';
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
import { decideBeds } from '@liaison/placement';
import { Controller, Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { randomUUID } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { bedsOf, lockPlace } from '../place/place-beds';
import { PlaceDeclarations } from '../place/place-declarations';
import type { PlaceRow } from '../place/place.entity';
import { OfferAnswers } from './offer-answers';
import { OfferRow } from './placement-offer.entity';

type Offered = ReceivedEvent<Partial<PlacementOfferedV1>>;

/** Whatever an asker says, a bed is held no longer than this without an answer. */
const LONGEST_HOLD_MS = 72 * 3_600_000;

/** What child protection asks of this shelter: a bed is held at once, or it is told at once that there is none. */
@Controller()
export class PlacementOfferProjection {
  constructor(
    @Inject(MESSAGING) private readonly messaging: Messaging,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly declarations: PlaceDeclarations,
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
    const place = await this.placeNamed(manager, event);
    const cases = await casesOfSenders(manager, [event], {
      epoch: this.messaging.epoch,
      unit: place.unit,
      newId: uuidv7,
      factsOf: () => ({}),
    });
    const caseId = cases.get(`${sender}/${envelope.subject}`) ?? '';
    if (await manager.existsBy(OfferRow, { caseId })) {
      throw new AppError('offer-exists', 'There is such an offer already.');
    }
    const id = uuidv7();
    const until = new Date(Math.min(Date.parse(answerBy), receivedAt.getTime() + LONGEST_HOLD_MS));
    const hold = { type: 'hold', offer: id, beds: children.length, until } as const;
    const isHeld = decideBeds(await bedsOf(manager, place), hold).type === 'held';
    const late = until <= receivedAt;
    const answer = late ? 'lapsed' : isHeld ? 'held' : 'refused';
    const row = manager.create(OfferRow, {
      id,
      caseId,
      placeId: place.id,
      unit: place.unit,
      sender,
      reference: envelope.subject,
      eventId: envelope.id,
      receivedAt,
      purpose: envelope.purpose ?? '',
      convention: provenance.convention,
      content: answer === 'held' ? data : {},
      withheld: answer === 'held' ? [...withheld] : [],
      beds: children.length,
      answerBy: until,
      state: answer,
      version: 1,
      answeredAt: null,
      reason: null,
    });
    await manager.insert(OfferRow, row);
    const saying = this.saying(place, envelope.correlationid, envelope.id);
    await this.answers.say(manager, row, { answer, answeredAt: saying.decidedAt.toISOString() }, saying);
    if (answer === 'held') await this.declarations.again(manager, place, saying);
  }

  /** Whoever is there already stays: a withdrawal that comes too late puts nobody out. */
  @LiaisonEvent(PLACEMENT_WITHDRAWN)
  async onWithdrawn(
    @Payload() events: ReceivedEvent<PlacementWithdrawnV1>[],
    @Ctx() { manager }: DeliveryContext,
  ): Promise<void> {
    for (const { sender, envelope } of events) {
      const row = await manager.findOneBy(OfferRow, { sender, reference: envelope.subject });
      if (!row) throw new AppError('offer-unknown', 'It withdraws what nobody here was asked.');
      await this.free(manager, row, envelope.correlationid);
    }
  }

  /** Taken back by its sender, whatever it was decided on: as if it had been withdrawn. */
  @LiaisonVoided(PLACEMENT_OFFERED)
  async onVoided(@Payload() events: VoidedEvent[], @Ctx() { manager }: DeliveryContext): Promise<void> {
    for (const { sender, eventId } of events) {
      const row = await manager.findOneBy(OfferRow, { sender, eventId });
      if (row) await this.free(manager, row, randomUUID());
    }
  }

  private async free(
    manager: EntityManager,
    { id, placeId }: OfferRow,
    correlationId: string,
  ): Promise<void> {
    const place = await lockPlace(manager, placeId);
    const row = await manager.findOneBy(OfferRow, { id });
    if (!place || !row || (row.state !== 'held' && row.state !== 'accepted')) return;
    await this.answers.withdraw(manager, place, row, this.saying(place, correlationId, row.eventId));
  }

  /** By the sender's own reference, so that nobody asks for what was not told to them. */
  private async placeNamed(manager: EntityManager, { sender, data }: Offered): Promise<PlaceRow> {
    const [known] = await manager.query<{ case_id: string }[]>(
      'SELECT case_id FROM messaging.case_reference WHERE peer = $1 AND reference = $2',
      [sender, data.place],
    );
    const place = known && (await lockPlace(manager, known.case_id));
    if (place) return place;
    throw new AppError('place-unknown', 'It asks for a place that this shelter has not told its sender of.');
  }

  private saying({ unit }: PlaceRow, correlationId: string, causationId: string) {
    return { unit, correlationId, causationId, decidedAt: this.clock.now() };
  }
}
