import { PARTNER_ANSWERED, type PartnerAnsweredV1 } from '@liaison/contracts';
import { AppError } from '@liaison/kernel';
import {
  DeliveryContext,
  LiaisonEvent,
  LiaisonVoided,
  type ReceivedEvent,
  type VoidedEvent,
} from '@liaison/messaging';
import { Controller, Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { v7 as uuidv7 } from 'uuid';
import { ShareOrders } from '../after-sharing/share-orders';
import { CASE_REGISTER, type CaseRegister, deliveredCase } from '../cases/case-register';
import { ReceivedAnswerRow } from './partner-answer.entity';

/** A convention may hold a field back. */
type Answered = ReceivedEvent<Partial<PartnerAnsweredV1>>;

/** What partners say of the cases that this agency brought to them. */
@Controller()
export class PartnerAnsweredProjection {
  constructor(
    @Inject(CASE_REGISTER) private readonly register: CaseRegister,
    private readonly orders: ShareOrders,
  ) {}

  /** @throws AppError `answer-unexpected`: the event is parked */
  @LiaisonEvent(PARTNER_ANSWERED)
  async onAnswered(@Payload() events: Answered[], @Ctx() { manager }: DeliveryContext): Promise<void> {
    for (const event of events) {
      const { sender, envelope, data, withheld, provenance, receivedAt, keepUntil } = event;
      // By the sender's own reference, so that nobody answers in another's place.
      const found = await deliveredCase(manager, this.register, sender, envelope.subject);
      if (!found) {
        throw new AppError('answer-unexpected', 'It answers what this agency has not brought to its sender.');
      }
      await manager
        .createQueryBuilder()
        .insert()
        .into(ReceivedAnswerRow)
        .values({
          id: uuidv7(),
          caseId: found.id,
          unit: found.unit,
          sender,
          reference: envelope.subject,
          eventId: envelope.id,
          receivedAt,
          purpose: envelope.purpose ?? '',
          convention: provenance.convention,
          content: data,
          withheld: [...withheld],
          state: 'new',
          version: 1,
          keepUntil: keepUntil ?? null,
        })
        .execute();
    }
    await this.orders.carryOutLate(manager, events);
  }

  /** Taken back by its sender: that there was one stays, what was in it goes. */
  @LiaisonVoided(PARTNER_ANSWERED)
  async onVoided(@Payload() events: VoidedEvent[], @Ctx() { manager }: DeliveryContext): Promise<void> {
    await manager.query(
      `UPDATE partner.answer_received a
          SET state = 'voided', version = a.version + 1, content = '{}', withheld = '[]'
         FROM unnest($1::text[], $2::uuid[]) AS w (sender, event_id)
        WHERE a.sender = w.sender AND a.event_id = w.event_id AND a.state <> 'voided'`,
      [events.map(({ sender }) => sender), events.map(({ eventId }) => eventId)],
    );
  }
}
