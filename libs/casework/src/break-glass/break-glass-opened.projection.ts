import { BREAK_GLASS_OPENED, type BreakGlassOpenedV1 } from '@liaison/contracts';
import { AppError } from '@liaison/kernel';
import { DeliveryContext, LiaisonEvent, type ReceivedEvent } from '@liaison/messaging';
import { Controller, Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { CASE_REGISTER, type CaseRegister, deliveredCase } from '../cases/case-register';

/** A convention may hold a field back. */
type Opened = ReceivedEvent<Partial<BreakGlassOpenedV1>>;

/** Urgent: applied on arrival, whatever of the case is still missing or parked. */
@Controller()
export class BreakGlassOpenedProjection {
  constructor(@Inject(CASE_REGISTER) private readonly register: CaseRegister) {}

  /** @throws AppError `case-unknown`: the event is parked */
  @LiaisonEvent(BREAK_GLASS_OPENED, 'arrival')
  async onOpened(@Payload() events: Opened[], @Ctx() { manager }: DeliveryContext): Promise<void> {
    for (const event of events) {
      const { sender, envelope, data, provenance, receivedAt } = event;
      // Behind the sender's own reference: nobody tells of an opening under another's.
      const known = await deliveredCase(manager, this.register, sender, envelope.subject);
      if (!known) throw new AppError('case-unknown', 'It speaks of a case that this agency does not know.');
      await manager.query(STORE, [
        sender,
        // Without an id of its own, the event is the opening.
        data.opening ?? envelope.id,
        known.unit,
        known.id,
        envelope.id,
        provenance.convention,
        data.ground ?? null,
        JSON.stringify(data.fields ?? []),
        data.openedAt ?? null,
        data.until ?? null,
        receivedAt,
        envelope.purpose,
      ]);
    }
  }
}

const STORE = `
INSERT INTO desk.break_glass_told
  (sender, opening, unit, case_id, event_id, convention, ground, fields, opened_at, until, received_at, purpose)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING`;
