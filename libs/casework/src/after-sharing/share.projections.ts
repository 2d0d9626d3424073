import { SHARE_PURGED, SHARE_REVOKED, type SharePurgedV1, type ShareRevokedV1 } from '@liaison/contracts';
import {
  casesOfSenders,
  DeliveryContext,
  LiaisonEvent,
  type Messaging,
  type ReceivedEvent,
} from '@liaison/messaging';
import { Controller, Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { v7 as uuidv7 } from 'uuid';
import { MESSAGING } from '../agency/tokens';
import { ATTACHMENT_UNIT } from '../attachments/attachment-unit';
import { ShareOrders } from './share-orders';

/** At whoever received: applied on arrival, before what it speaks of where that comes later. */
@Controller()
export class ShareRevokedProjection {
  constructor(
    @Inject(MESSAGING) private readonly messaging: Messaging,
    @Inject(ATTACHMENT_UNIT) private readonly unit: string,
    private readonly orders: ShareOrders,
  ) {}

  @LiaisonEvent(SHARE_REVOKED, 'arrival')
  async onRevoked(
    @Payload() events: ReceivedEvent<ShareRevokedV1>[],
    @Ctx() { manager }: DeliveryContext,
  ): Promise<void> {
    const cases = await casesOfSenders(manager, events, {
      epoch: this.messaging.epoch,
      unit: this.unit,
      newId: uuidv7,
      factsOf: () => ({}),
    });
    for (const { sender, envelope, data } of events) {
      const caseId = cases.get(`${sender}/${envelope.subject}`) ?? '';
      await this.orders.carryOut(manager, {
        sender,
        revocation: envelope.id,
        caseId,
        effect: data.effect,
        events: data.events,
        ...(data.fields && { fields: data.fields }),
      });
    }
  }
}

/** At whoever shared: what the recipient no longer holds, and what it has to keep. */
@Controller()
export class SharePurgedProjection {
  @LiaisonEvent(SHARE_PURGED, 'arrival')
  async onPurged(
    @Payload() events: ReceivedEvent<SharePurgedV1>[],
    @Ctx() { manager }: DeliveryContext,
  ): Promise<void> {
    // In order: of two answers to one revocation the later says what is kept, also of what came after the first.
    for (const { sender, data } of events) {
      if (data.revocation === undefined) continue;
      await manager.query(
        `UPDATE casework.revocation
            SET confirmed_at = coalesce(confirmed_at, $3),
                purged = (SELECT count(*) FROM unnest(events) AS e (id) WHERE e.id <> ALL ($4::uuid[])),
                kept = (SELECT count(*) FROM unnest(events) AS e (id) WHERE e.id = ANY ($4::uuid[]))
          WHERE id = $1 AND recipient = $2`,
        [data.revocation, sender, data.purgedAt, data.kept],
      );
    }
  }
}
