import { AGENCY, AgencyPolicy, ShareOrders } from '@liaison/casework';
import {
  REFLECTION_PERIOD_BREACH_VOIDED,
  REFLECTION_PERIOD_BREACHED,
  type ReflectionPeriodBreachedV1,
  type ReflectionPeriodBreachVoidedV1,
} from '@liaison/contracts';
import { AppError, type Agency } from '@liaison/kernel';
import { DeliveryContext, LiaisonEvent, type ReceivedEvent } from '@liaison/messaging';
import { termOf } from '@liaison/sharing-policy';
import { Controller, Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import type { EntityManager } from 'typeorm';
import { READERS } from '../roles';
import { contactPointOf } from './breach';

/** A convention may hold a field back. */
type Breached = ReceivedEvent<Partial<ReflectionPeriodBreachedV1>>;
type Voided = ReceivedEvent<Partial<ReflectionPeriodBreachVoidedV1>>;

/** Urgent: applied on arrival, whatever of the case is still missing or parked. */
@Controller()
export class ReflectionPeriodBreachedProjection {
  constructor(
    @Inject(AGENCY) private readonly agency: Agency,
    private readonly policy: AgencyPolicy,
    private readonly orders: ShareOrders,
  ) {}

  /** @throws AppError `notice-unknown`: the event is parked */
  @LiaisonEvent(REFLECTION_PERIOD_BREACHED, 'arrival')
  async onBreached(@Payload() events: Breached[], @Ctx() { manager }: DeliveryContext): Promise<void> {
    // One row an event: the later revision of one breach in one run finds the row of the earlier.
    for (const event of events) await store(manager, event, this.escalation(event));
    await this.orders.carryOutLate(manager, events);
  }

  /** It may come before what it takes back. @throws AppError `notice-unknown`: the event is parked */
  @LiaisonEvent(REFLECTION_PERIOD_BREACH_VOIDED, 'arrival')
  async onVoided(@Payload() events: Voided[], @Ctx() { manager }: DeliveryContext): Promise<void> {
    for (const { data, ...event } of events) {
      const { breach, revision } = data;
      const voided = { at: data.voidedAt ?? event.receivedAt.toISOString(), reason: data.reason ?? null };
      const told = { ...event, data: { ...(breach && { breach }), ...(revision && { revision }) } };
      await store(manager, told, {}, voided);
    }
    await this.orders.carryOutLate(manager, events);
  }

  /** Until when somebody is to take note, and who is told when nobody has. */
  private escalation({ envelope, provenance, withheld, receivedAt }: Breached): Escalation {
    const held = {
      type: envelope.type,
      data: {},
      purpose: envelope.purpose ?? '',
      facts: {},
      provenance,
      withheld,
    };
    const answer = this.policy.read(held, READERS, receivedAt);
    const seconds = answer && termOf('acknowledge-within', answer.decision.obligations);
    if (seconds === undefined) return {};
    const contactPoint = contactPointOf(this.agency);
    return {
      acknowledgeBy: new Date(receivedAt.getTime() + seconds * 1000),
      ...(contactPoint !== undefined && { contactPoint }),
    };
  }
}

interface Escalation {
  readonly acknowledgeBy?: Date;
  readonly contactPoint?: string;
}

async function store(
  manager: EntityManager,
  { sender, envelope, data, provenance, receivedAt, keepUntil }: Breached,
  { acknowledgeBy, contactPoint }: Escalation,
  voided?: { readonly at: string; readonly reason: string | null },
): Promise<void> {
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
    acknowledgeBy ?? null,
    contactPoint ?? null,
    voided?.at ?? null,
    voided?.reason ?? null,
    keepUntil ?? null,
  ]);
  if (stored.length === 0) {
    throw new AppError('notice-unknown', 'It speaks of a case in which this agency has issued no notice.');
  }
}

/**
 * The notice behind the sender's own reference: nobody reports a breach under another's. An older revision changes nothing; a
 * newer one stands on a ground of its own, and says again what was purged.
 */
const STORE = `
WITH issued AS (
  SELECT n.id, n.unit FROM messaging.case_reference r JOIN police.notice n ON n.case_id = r.case_id
   WHERE r.peer = $1 AND r.reference = $2 ORDER BY n.id DESC LIMIT 1
), stored AS (
  INSERT INTO police.breach AS b
    (agency, breach_id, revision, notice_id, event_id, convention, measure, taken_on, period_from, period_until,
     article, departement, reported_at, remedied_on, received_at, unit, acknowledge_by, contact_point, voided_at,
     void_reason, keep_until)
  SELECT $1, $3, $4::int, issued.id, $5, $6, $7, $8::date, $9::date, $10::date, $11, $12, $13::timestamptz,
         $14::date, $15::timestamptz, issued.unit, $16::timestamptz, $17, $18::timestamptz, $19,
         $20::timestamptz
    FROM issued
  ON CONFLICT (agency, breach_id) DO UPDATE
     SET revision = excluded.revision, event_id = excluded.event_id, convention = excluded.convention,
         remedied_on = coalesce(excluded.remedied_on, b.remedied_on), received_at = excluded.received_at,
         voided_at = excluded.voided_at, void_reason = excluded.void_reason,
         measure = coalesce(b.measure, excluded.measure), taken_on = coalesce(b.taken_on, excluded.taken_on),
         period_from = coalesce(b.period_from, excluded.period_from),
         period_until = coalesce(b.period_until, excluded.period_until),
         article = coalesce(b.article, excluded.article), departement = coalesce(b.departement, excluded.departement),
         reported_at = coalesce(b.reported_at, excluded.reported_at), keep_until = excluded.keep_until,
         restricted_since = NULL, revoked_fields = '[]', purged_at = NULL, purge_reason = NULL
   WHERE b.revision < excluded.revision
)
SELECT id FROM issued`;
