import { REFLECTION_PERIOD_BREACHED, type ReflectionPeriodBreachedV1 } from '@liaison/contracts';
import { AppError } from '@liaison/kernel';
import { DeliveryContext, LiaisonEvent, type ReceivedEvent } from '@liaison/messaging';
import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import type { EntityManager } from 'typeorm';

/** A convention may hold a field back. */
type Breached = ReceivedEvent<Partial<ReflectionPeriodBreachedV1>>;

/** Urgent: applied on arrival, whatever of the case is still missing or parked. */
@Controller()
export class ReflectionPeriodBreachedProjection {
  /** @throws AppError `notice-unknown`: the event is parked */
  @LiaisonEvent(REFLECTION_PERIOD_BREACHED, 'arrival')
  async onBreached(@Payload() events: Breached[], @Ctx() { manager }: DeliveryContext): Promise<void> {
    // One row an event: the later revision of one breach in one run finds the row of the earlier.
    for (const event of events) await store(manager, event);
  }
}

async function store(manager: EntityManager, event: Breached): Promise<void> {
  const { sender, envelope, data, provenance, receivedAt } = event;
  const stored = await manager.query<unknown[]>(STORE, [
    sender,
    envelope.subject,
    // Without an id of its own, the event is the breach.
    data.breach ?? envelope.id,
    data.revision ?? 1,
    envelope.id,
    provenance.convention,
    data.measure ?? null,
    data.takenOn ?? null,
    data.periodFrom ?? null,
    data.periodUntil ?? null,
    data.article ?? null,
    data.departement ?? null,
    data.reportedAt ?? null,
    data.remediedOn ?? null,
    receivedAt,
  ]);
  if (stored.length === 0) {
    throw new AppError('notice-unknown', 'It speaks of a case in which this agency has issued no notice.');
  }
}

/** The notice behind the sender's own reference: nobody reports a breach under another's. An older revision changes nothing. */
const STORE = `
WITH issued AS (
  SELECT n.id FROM messaging.case_reference r JOIN police.notice n ON n.case_id = r.case_id
   WHERE r.peer = $1 AND r.reference = $2 ORDER BY n.id DESC LIMIT 1
), stored AS (
  INSERT INTO police.breach AS b
    (agency, breach_id, revision, notice_id, event_id, convention, measure, taken_on, period_from, period_until,
     article, departement, reported_at, remedied_on, received_at)
  SELECT $1, $3, $4::int, issued.id, $5, $6, $7, $8::date, $9::date, $10::date, $11, $12, $13::timestamptz,
         $14::date, $15::timestamptz
    FROM issued
  ON CONFLICT (agency, breach_id) DO UPDATE
     SET revision = excluded.revision, event_id = excluded.event_id, convention = excluded.convention,
         remedied_on = excluded.remedied_on, received_at = excluded.received_at
   WHERE b.revision < excluded.revision
)
SELECT id FROM issued`;
