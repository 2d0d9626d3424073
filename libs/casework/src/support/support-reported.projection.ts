import { SUPPORT_REPORTED, type SupportReportedV1 } from '@liaison/contracts';
import {
  casesOfSenders,
  DeliveryContext,
  LiaisonEvent,
  LiaisonVoided,
  type Messaging,
  type ReceivedEvent,
  type VoidedEvent,
} from '@liaison/messaging';
import { termOf } from '@liaison/sharing-policy';
import { Controller, Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import type { EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { ShareOrders } from '../after-sharing/share-orders';
import { MESSAGING } from '../agency/tokens';
import { ATTACHMENT_UNIT } from '../attachments/attachment-unit';
import { AgencyPolicy } from '../policy/agency-policy';

/** A convention may hold a field back. */
type Reported = ReceivedEvent<Partial<SupportReportedV1>>;

/** Whose taking note counts. */
const NOTING = ['caseworker', 'supervisor'] as const;

/** That somebody is supported and lodged, as an association says. It finds its file when a person says which it is. */
@Controller()
export class SupportReportedProjection {
  constructor(
    @Inject(MESSAGING) private readonly messaging: Messaging,
    @Inject(ATTACHMENT_UNIT) private readonly unit: string,
    private readonly policy: AgencyPolicy,
    private readonly orders: ShareOrders,
  ) {}

  @LiaisonEvent(SUPPORT_REPORTED)
  async onReported(@Payload() events: Reported[], @Ctx() { manager }: DeliveryContext): Promise<void> {
    const cases = await casesOfSenders(manager, events, {
      epoch: this.messaging.epoch,
      unit: this.unit,
      newId: uuidv7,
      factsOf: () => ({ adult: true }),
    });
    for (const event of events) {
      await this.store(manager, event, cases.get(`${event.sender}/${event.envelope.subject}`) ?? '');
    }
    await this.orders.carryOutLate(manager, events);
  }

  /** Taken back by its sender: that there was one stays, what was in it goes. */
  @LiaisonVoided(SUPPORT_REPORTED)
  async onVoided(@Payload() events: VoidedEvent[], @Ctx() { manager }: DeliveryContext): Promise<void> {
    await manager.query(
      `UPDATE support.received s
          SET state = 'voided', version = s.version + 1, content = '{}', withheld = '[]'
         FROM unnest($1::text[], $2::uuid[]) AS w (sender, event_id)
        WHERE s.sender = w.sender AND s.event_id = w.event_id AND s.state <> 'voided'`,
      [events.map(({ sender }) => sender), events.map(({ eventId }) => eventId)],
    );
  }

  /** The whole of it each time: what came before is history, and whoever found its file need not do so again. */
  private async store(manager: EntityManager, event: Reported, caseId: string): Promise<void> {
    const { sender, envelope, data, withheld, provenance, receivedAt, keepUntil } = event;
    await manager.query(
      `UPDATE support.received SET state = 'superseded', version = version + 1
        WHERE case_id = $1 AND state IN ('new', 'noted')`,
      [caseId],
    );
    await manager.query(INSERT, [
      uuidv7(),
      caseId,
      this.unit,
      sender,
      envelope.subject,
      envelope.id,
      receivedAt,
      envelope.purpose ?? '',
      provenance.convention,
      data.departement ?? '',
      JSON.stringify(data),
      JSON.stringify(withheld),
      this.noteBy(event),
      keepUntil ?? null,
    ]);
  }

  /** The duty stands in the convention that it was released under. */
  private noteBy({ envelope, data, provenance, withheld, receivedAt }: Reported): Date | null {
    const { departement } = data;
    const held = {
      type: SUPPORT_REPORTED,
      data: {},
      purpose: envelope.purpose ?? '',
      facts: { adult: true, ...(departement !== undefined && { departement }) },
      provenance,
      withheld,
    };
    const answer = this.policy.read(held, NOTING, receivedAt);
    const seconds = answer && termOf('acknowledge-within', answer.decision.obligations);
    return seconds === undefined ? null : new Date(receivedAt.getTime() + seconds * 1000);
  }
}

const INSERT = `
INSERT INTO support.received
  (id, case_id, unit, sender, reference, event_id, received_at, purpose, convention, departement, content, withheld, note_by, state,
   version, keep_until, linked_case, linked_at, linked_by)
SELECT $1, $2::uuid, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 'new', 1, $14, l.linked_case, l.linked_at, l.linked_by
  FROM (SELECT) AS one
  LEFT JOIN LATERAL (
    SELECT s.linked_case, s.linked_at, s.linked_by FROM support.received s
     WHERE s.case_id = $2::uuid ORDER BY s.received_at DESC, s.id DESC LIMIT 1
  ) AS l ON true`;
