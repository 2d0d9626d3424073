import {
  NOTICE_RECALLED,
  NOTICE_SUPERSEDED,
  NOTICE_WITHDRAWN,
  type NoticeRecalledV1,
  type NoticeSupersededV1,
  type NoticeWithdrawnV1,
} from '@liaison/contracts';
import { DeliveryContext, LiaisonEvent, type ReceivedEvent } from '@liaison/messaging';
import { Controller, Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import type { EntityManager } from 'typeorm';
import { NOTICE_EFFECTS, type NoticeEffects } from './notice-effects';

type Ended = ReceivedEvent<Partial<NoticeWithdrawnV1 | NoticeRecalledV1 | NoticeSupersededV1>>;

/**
 * What its sender says of a notice that is here: applied on arrival, to the versions before it. Versions that come later
 * although they are older are reduced when they come (`NoticeIssuedProjection`).
 */
@Controller()
export class NoticeEndedProjection {
  constructor(@Inject(NOTICE_EFFECTS) private readonly effects: NoticeEffects) {}

  @LiaisonEvent(NOTICE_WITHDRAWN, 'arrival')
  onWithdrawn(@Payload() events: Ended[], @Ctx() { manager }: DeliveryContext): Promise<void> {
    return mark(manager, events, 'withdrawn');
  }

  @LiaisonEvent(NOTICE_SUPERSEDED, 'arrival')
  onSuperseded(@Payload() events: Ended[], @Ctx() { manager }: DeliveryContext): Promise<void> {
    return mark(manager, events, 'superseded');
  }

  /** Its content goes, and what was made from it, whether or not a void came first. */
  @LiaisonEvent(NOTICE_RECALLED, 'arrival')
  async onRecalled(@Payload() events: Ended[], @Ctx() { manager }: DeliveryContext): Promise<void> {
    await mark(manager, events, 'recalled');
    const [emptied] = await manager.query<[{ id: string }[], number]>(EMPTY, [
      events.map(({ sender }) => sender),
      events.map(({ envelope }) => envelope.subject),
      events.map(({ envelope }) => envelope.recipientversion ?? 0),
    ]);
    await this.effects.emptied(
      manager,
      emptied.map(({ id }) => id),
    );
  }
}

async function mark(manager: EntityManager, events: readonly Ended[], standing: string): Promise<void> {
  await manager.query(MARK, [
    events.map(({ sender }) => sender),
    events.map(({ envelope }) => envelope.subject),
    events.map(({ envelope }) => envelope.recipientversion ?? 0),
    events.map(({ data }) => data.reason ?? null),
    events.map(({ envelope }) => envelope.time),
    standing,
    ENDS[standing],
  ]);
}

/** What each end may follow: nothing makes a recalled notice merely withdrawn. */
const ENDS: Readonly<Record<string, readonly string[]>> = {
  superseded: ['current'],
  withdrawn: ['current', 'superseded'],
  recalled: ['current', 'superseded', 'withdrawn'],
};

const MARK = `
UPDATE notice.received_notice n
   SET standing = $6, standing_reason = w.reason, standing_since = w.at, version = n.version + 1
  FROM unnest($1::text[], $2::uuid[], $3::int[], $4::text[], $5::timestamptz[])
    AS w (sender, reference, before, reason, at)
 WHERE n.sender = w.sender AND n.reference = w.reference AND n.recipient_version < w.before
   AND n.standing = ANY ($7)`;

const EMPTY = `
WITH forgotten AS (
  DELETE FROM desk.search_term s
   USING notice.received_notice n, unnest($1::text[], $2::uuid[], $3::int[]) AS w (sender, reference, before)
   WHERE n.sender = w.sender AND n.reference = w.reference AND n.recipient_version < w.before AND s.document = n.id
)
UPDATE notice.received_notice n
   SET state = 'voided', content = '{}', withheld = '[]', provenance = '{}'
  FROM unnest($1::text[], $2::uuid[], $3::int[]) AS w (sender, reference, before)
 WHERE n.sender = w.sender AND n.reference = w.reference AND n.recipient_version < w.before AND n.state <> 'voided'
RETURNING n.id`;
