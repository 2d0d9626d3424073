import { type OfferAnswer, PLACEMENT_ANSWERED, type PlacementAnsweredV1 } from '@liaison/contracts';
import { AppError } from '@liaison/kernel';
import {
  DeliveryContext,
  LiaisonEvent,
  LiaisonVoided,
  type ReceivedEvent,
  type VoidedEvent,
} from '@liaison/messaging';
import { decideRequest, type RequestCommand } from '@liaison/placement';
import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import type { EntityManager } from 'typeorm';
import { OfferRow, RequestRow } from './placement-request.entity';
import { type StoredRequest, storeEvent, withOffers } from './stored-request';

type Answered = ReceivedEvent<Partial<PlacementAnsweredV1>>;

const COMMANDS: Readonly<Record<OfferAnswer, Extract<RequestCommand, { readonly offer: string }>['type']>> = {
  held: 'receive-hold',
  accepted: 'receive-acceptance',
  refused: 'receive-refusal',
  declined: 'receive-refusal',
  lapsed: 'receive-refusal',
};

/** What shelters say to offers of this agency. */
@Controller()
export class PlacementAnsweredProjection {
  /** @throws AppError `offer-unknown`, `answer-incomplete`, or what `decideRequest` throws: the event is parked */
  @LiaisonEvent(PLACEMENT_ANSWERED)
  async onAnswered(@Payload() events: Answered[], @Ctx() { manager }: DeliveryContext): Promise<void> {
    for (const event of events) await this.apply(manager, event);
  }

  private async apply(manager: EntityManager, event: Answered): Promise<void> {
    const { sender, envelope, data, withheld, provenance, receivedAt } = event;
    const { answer, answeredAt, reason, address } = data;
    if (answer === undefined) {
      throw new AppError('answer-incomplete', 'The convention holds back what the shelter has answered.');
    }
    const { id, stored } = await this.asked(manager, sender, envelope.subject);
    const command = { type: COMMANDS[answer], offer: id } as RequestCommand;
    const next = await storeEvent(manager, stored, decideRequest(stored.request, command));
    const state = next.offers.find((offer) => offer.id === id)?.state;
    const because = answer === 'refused' || answer === 'lapsed' ? answer : (reason ?? null);
    await manager.update(OfferRow, id, {
      answeredAt: answeredAt === undefined ? receivedAt : new Date(answeredAt),
      reason: because,
      answerEvent: envelope.id,
      convention: provenance.convention,
      // An answer that crossed a withdrawal: nobody is taken there.
      ...(state === 'accepted' && { address: address ?? null, withheld: [...withheld] }),
    });
  }

  /** By the sender's own reference, so that nobody answers in another's place. */
  private async asked(
    manager: EntityManager,
    sender: string,
    reference: string,
  ): Promise<{ readonly id: string; readonly stored: StoredRequest }> {
    const offer = await manager.findOneBy(OfferRow, { shelter: sender, reference });
    const row =
      offer &&
      (await manager.findOne(RequestRow, {
        where: { id: offer.requestId },
        lock: { mode: 'for_no_key_update' },
      }));
    if (!offer || !row) throw new AppError('offer-unknown', 'It answers what this agency has not asked.');
    return { id: offer.id, stored: await withOffers(manager, row) };
  }

  /** The shelter no longer tells it, whatever it rested on: where the place is goes. */
  @LiaisonVoided(PLACEMENT_ANSWERED)
  async onVoided(@Payload() events: VoidedEvent[], @Ctx() { manager }: DeliveryContext): Promise<void> {
    for (const { sender, eventId } of events) {
      await manager.update(
        OfferRow,
        { shelter: sender, answerEvent: eventId },
        { address: null, withheld: null },
      );
    }
  }
}
