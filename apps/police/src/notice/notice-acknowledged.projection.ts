import { NOTICE_ACKNOWLEDGED, type NoticeAcknowledgedV1 } from '@liaison/contracts';
import { DeliveryContext, LiaisonEvent, type ReceivedEvent } from '@liaison/messaging';
import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import type { EntityManager } from 'typeorm';
import { decide, type Notice } from './notice';

/** A convention may hold a field back. */
type Acknowledged = ReceivedEvent<Partial<NoticeAcknowledgedV1>>;

/** What recipients say of the notices that they received. */
@Controller()
export class NoticeAcknowledgedProjection {
  @LiaisonEvent(NOTICE_ACKNOWLEDGED)
  async onAcknowledged(
    @Payload() events: Acknowledged[],
    @Ctx() { manager }: DeliveryContext,
  ): Promise<void> {
    const notices = await noticesOf(manager, events);
    const accepted = events.map((event) => {
      const found = notices.get(keyOf(event));
      const { recipientVersion } = event.data;
      decide(found?.notice, {
        type: 'acknowledge',
        by: event.sender,
        ...(recipientVersion !== undefined && { recipientVersion }),
      });
      return { ...event, noticeId: found?.id };
    });
    const column = <T>(pick: (event: (typeof accepted)[number]) => T) => accepted.map(pick);
    await manager.query(INSERT, [
      column(({ sender }) => sender),
      column(({ envelope }) => envelope.id),
      column(({ envelope }) => envelope.sequence ?? 0),
      column(({ provenance }) => provenance.convention),
      column(({ noticeId }) => noticeId),
      column(({ data }) => data.role ?? null),
      column(({ data }) => data.unit ?? null),
      column(({ data }) => data.acknowledgedAt ?? null),
      column(({ data }) => data.recipientVersion ?? null),
      column(({ receivedAt }) => receivedAt),
    ]);
  }
}

const keyOf = ({ sender, envelope }: Acknowledged): string => `${sender}/${envelope.subject}`;

/** The notice behind each sender's own reference: nobody acknowledges under another's. */
async function noticesOf(
  manager: EntityManager,
  events: readonly Acknowledged[],
): Promise<ReadonlyMap<string, { readonly id: string; readonly notice: Notice }>> {
  const rows = await manager.query<FoundNotice[]>(FIND, [
    events.map(({ sender }) => sender),
    events.map(({ envelope }) => envelope.subject),
  ]);
  return new Map(
    rows.map(({ peer, reference, id, version, documents }) => [
      `${peer}/${reference}`,
      { id, notice: { state: 'issued', version, recipients: [peer], earlier: [], documents } },
    ]),
  );
}

interface FoundNotice {
  readonly peer: string;
  readonly reference: string;
  readonly id: string;
  readonly version: number;
  readonly documents: number;
}

const FIND = `
SELECT DISTINCT r.peer, r.reference, n.id, n.version, c.version AS documents
  FROM unnest($1::text[], $2::uuid[]) AS w (peer, reference)
  JOIN messaging.case_reference r USING (peer, reference)
  JOIN messaging.cases c ON c.id = r.case_id
  JOIN police.notice n ON n.case_id = r.case_id`;

const INSERT = `
INSERT INTO police.notice_acknowledgement
  (agency, event_id, sequence, convention, notice_id, role, unit, acknowledged_at, recipient_version, received_at)
SELECT * FROM unnest($1::text[], $2::uuid[], $3::int[], $4::text[], $5::uuid[], $6::text[], $7::text[],
  $8::timestamptz[], $9::int[], $10::timestamptz[])`;
