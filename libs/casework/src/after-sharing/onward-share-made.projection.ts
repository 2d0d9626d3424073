import { ONWARD_SHARE_MADE, type OnwardShareMadeV1 } from '@liaison/contracts';
import { AppError } from '@liaison/kernel';
import { DeliveryContext, LiaisonEvent, type ReceivedEvent } from '@liaison/messaging';
import { Controller, Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { CASE_REGISTER, type CaseRegister, deliveredCase } from '../cases/case-register';

/** A convention may hold a field back. */
type Made = ReceivedEvent<Partial<OnwardShareMadeV1>>;

/** At whoever had shared it: who has it by now. */
@Controller()
export class OnwardShareMadeProjection {
  constructor(@Inject(CASE_REGISTER) private readonly register: CaseRegister) {}

  /** @throws AppError `case-unknown`: the event is parked */
  @LiaisonEvent(ONWARD_SHARE_MADE)
  async onMade(@Payload() events: Made[], @Ctx() { manager }: DeliveryContext): Promise<void> {
    for (const { sender, envelope, data, receivedAt } of events) {
      // Behind the sender's own reference: nobody tells of another's case.
      const known = await deliveredCase(manager, this.register, sender, envelope.subject);
      if (!known) throw new AppError('case-unknown', 'It speaks of a case that this agency does not know.');
      await manager.query(STORE, [
        sender,
        data.share ?? envelope.id,
        data.event ?? envelope.id,
        known.unit,
        known.id,
        data.recipient ?? null,
        data.type ?? null,
        data.convention ?? null,
        JSON.stringify(data.categories ?? []),
        data.sharedAt ?? null,
        receivedAt,
      ]);
    }
  }
}

const STORE = `
INSERT INTO desk.onward_share_told
  (sender, share, event_id, unit, case_id, recipient, type, convention, categories, shared_at, received_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING`;
