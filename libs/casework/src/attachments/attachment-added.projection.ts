import {
  ATTACHMENT_ADDED,
  ATTACHMENT_KINDS,
  type AttachmentAddedV1,
  NOTICE_RECALLED,
} from '@liaison/contracts';
import {
  casesOfSenders,
  DeliveryContext,
  LiaisonEvent,
  LiaisonVoided,
  type Messaging,
  noteDamaged,
  type ReceivedEvent,
  type VoidedEvent,
} from '@liaison/messaging';
import { LOGGER, type Logger } from '@liaison/platform';
import { Controller, Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { createHash } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { ShareOrders } from '../after-sharing/share-orders';
import { purgeAttachments } from '../after-sharing/shared-attachments';
import { MESSAGING } from '../agency/tokens';
import { ATTACHMENT_UNIT } from './attachment-unit';

type Added = ReceivedEvent<Partial<AttachmentAddedV1>>;

/** Parts of documents, put together as they come; the last one has to make the whole what its digest says. */
@Controller()
export class AttachmentAddedProjection {
  constructor(
    @Inject(MESSAGING) private readonly messaging: Messaging,
    @Inject(ATTACHMENT_UNIT) private readonly unit: string,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly orders: ShareOrders,
  ) {}

  @LiaisonEvent(ATTACHMENT_ADDED)
  async onAdded(@Payload() events: Added[], @Ctx() { manager }: DeliveryContext): Promise<void> {
    const cases = await casesOfSenders(manager, events, {
      epoch: this.messaging.epoch,
      unit: this.unit,
      newId: uuidv7,
      factsOf: (event) => {
        const { departement } = (event as Added).data;
        return departement === undefined ? {} : { departement };
      },
    });
    for (const event of events) {
      await this.keep(manager, event, cases.get(`${event.sender}/${event.envelope.subject}`) ?? '');
    }
    await this.orders.carryOutLate(manager, events);
  }

  /** Taken back by its sender: that there was a document stays, its content and its name go. */
  @LiaisonVoided(ATTACHMENT_ADDED)
  async onVoided(@Payload() events: VoidedEvent[], @Ctx() { manager }: DeliveryContext): Promise<void> {
    for (const sender of new Set(events.map((event) => event.sender))) {
      const taken = events.filter((event) => event.sender === sender).map(({ eventId }) => eventId);
      await purgeAttachments(manager, sender, taken);
    }
  }

  private async keep(manager: EntityManager, event: Added, caseId: string): Promise<void> {
    const { sender, envelope, data, provenance, overtakenBy } = event;
    const kind = ATTACHMENT_KINDS.find((section) => data[section] !== undefined);
    const file = kind && data[kind];
    const recalled = overtakenBy.some(({ type }) => type === NOTICE_RECALLED);
    const state = recalled ? 'voided' : file?.data === undefined ? 'withheld' : 'receiving';
    const shown = recalled ? undefined : file;
    const parts = data.parts ?? 1;
    const [kept] = await manager.query<{ id: string; state: string; sha256: string | null; parts: number }[]>(
      KEEP,
      [
        uuidv7(),
        caseId,
        envelope.recipientunit ?? this.unit,
        state,
        recalled ? null : (kind ?? null),
        shown?.name ?? null,
        shown?.mediaType ?? null,
        shown?.size ?? null,
        shown?.sha256 ?? null,
        parts,
        data.addedAt ?? envelope.time,
        sender,
        // Without an id of its own, the event is the document.
        data.attachment ?? envelope.id,
        envelope.subject,
        provenance.convention,
        envelope.purpose,
        event.keepUntil ?? null,
      ],
    );
    if (kept) {
      await manager.query(
        'INSERT INTO casework.attachment_event (event_id, attachment_id) VALUES ($1, $2) ON CONFLICT DO NOTHING',
        [envelope.id, kept.id],
      );
    }
    if (kept?.state === 'damaged') {
      await noteDamaged(manager, { sender, reference: envelope.subject, eventIds: [envelope.id] });
    }
    if (!kept || kept.state !== 'receiving' || state !== 'receiving') return;
    if (kept.sha256 !== file?.sha256 || kept.parts !== parts) return this.damaged(manager, event, kept.id);
    await manager.query(
      'INSERT INTO casework.attachment_part (attachment_id, part, bytes, event_id) VALUES ($1, $2, $3, $4)',
      [kept.id, data.part ?? 1, Buffer.from(file?.data ?? '', 'base64'), envelope.id],
    );
    const stored = await manager.query<{ bytes: Buffer }[]>(WHOLE, [kept.id, parts]);
    if (stored.length === 0) return;
    const whole = Buffer.concat(stored.map(({ bytes }) => bytes));
    const digest = createHash('sha256').update(whole).digest('hex');
    if (whole.length !== file?.size || digest !== file?.sha256) return this.damaged(manager, event, kept.id);
    await manager.query(`UPDATE casework.attachment SET state = 'complete' WHERE id = $1`, [kept.id]);
  }

  /**
   * The parts are not what their digest says. They came as they were signed, so that no second attempt mends it: only its
   * sender can send it again, and is told; the case does not wait for that.
   */
  private async damaged(
    manager: EntityManager,
    { sender, envelope, receivedAt }: Added,
    id: string,
  ): Promise<void> {
    await manager.query('DELETE FROM casework.attachment_part WHERE attachment_id = $1', [id]);
    await manager.query(`UPDATE casework.attachment SET state = 'damaged', damaged_at = $2 WHERE id = $1`, [
      id,
      receivedAt,
    ]);
    const carried = await manager.query<{ event_id: string }[]>(
      'SELECT event_id FROM casework.attachment_event WHERE attachment_id = $1',
      [id],
    );
    await noteDamaged(manager, {
      sender,
      reference: envelope.subject,
      eventIds: carried.map(({ event_id }) => event_id),
    });
    this.logger.error({ sender, event: envelope.id, attachment: id }, 'a document arrived damaged');
  }
}

/** The row that there is, else the new one: a part does not change what an earlier one said. */
const KEEP = `
WITH added AS (
  INSERT INTO casework.attachment
    (id, case_id, unit, state, kind, name, media_type, size, sha256, parts, added_at, sender, sender_id, reference,
     convention, purpose, keep_until)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
  ON CONFLICT (sender, sender_id) DO NOTHING
  RETURNING id, state, sha256, parts
)
SELECT id, state, sha256, parts FROM added
UNION ALL
SELECT id, state, sha256, parts FROM casework.attachment WHERE sender = $12 AND sender_id = $13 AND case_id = $2`;

/** All parts, once all are there. */
const WHOLE = `
SELECT p.bytes FROM casework.attachment_part p
 WHERE p.attachment_id = $1
   AND (SELECT count(*) FROM casework.attachment_part c WHERE c.attachment_id = $1) = $2
 ORDER BY p.part`;
