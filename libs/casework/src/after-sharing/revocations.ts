import { type RevocationEffect, SHARE_REVOKED, type ShareRevokedV1 } from '@liaison/contracts';
import type { Agency, Clock, Directory } from '@liaison/kernel';
import { AuditTrail, currentTraceparent, type DecidedField, Outbox } from '@liaison/messaging';
import type { EndedGround, ShareBasis } from '@liaison/sharing-policy';
import { ServiceConfig } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { CLOCK, DIRECTORY } from '../agency/tokens';
import { AgencyPolicy } from '../policy/agency-policy';
import type { CaseFacts } from '../policy/case-facts';

const HOUR_MS = 3_600_000;
/** Events that one message names. */
const MOST_EVENTS = 500;

/** The purpose of what follows after sharing: no convention names it, a floor allows it. */
export const AFTER_SHARING_PURPOSE = 'after-sharing';

interface Disclosed {
  readonly event_id: string;
  readonly lane_id: number;
  readonly basis: ShareBasis;
  readonly recipient: string;
  readonly reference: string;
  readonly recipient_unit: string | null;
  readonly convention: string | null;
  readonly fields: readonly DecidedField[] | null;
  readonly type: string;
  readonly purpose: string;
  readonly told: readonly Told[];
}

/** What a recipient has been told of an event: `fields` null for the whole of it. */
interface Told {
  readonly effect: RevocationEffect;
  readonly fields: readonly string[] | null;
}

interface Order extends EndedGround {
  readonly recipient: Agency;
  /** Whom the events were for. */
  readonly recipientUnit: string | null;
  readonly reference: string;
  readonly events: readonly string[];
}

/** Who acts, where it is not the service by itself. */
export interface Revoker {
  readonly agent?: string;
  readonly correlationId?: string;
}

const STRENGTH = { restrict: 1, purge: 2 } as const;

/**
 * The sender's side: works out from what it has disclosed which grounds have ended by now, and tells each recipient what
 * its convention says follows. Everything in the caller's transaction: told and recorded, or neither.
 */
@Injectable()
export class Revocations {
  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(DIRECTORY) private readonly directory: Directory,
    private readonly policy: AgencyPolicy,
    private readonly outbox: Outbox,
    private readonly audit: AuditTrail,
    private readonly config: ServiceConfig,
  ) {}

  /**
   * Idempotent: a recipient is told once, and again only where more follows than it was told. The case MUST be locked
   * by the caller's transaction.
   * @returns lanes to wake
   */
  async revokeEnded(manager: EntityManager, caseId: string, by: Revoker = {}): Promise<readonly number[]> {
    const disclosed = await manager.query<Disclosed[]>(DISCLOSED, [caseId]);
    if (disclosed.length === 0) return [];
    const [held] = await manager.query<{ facts: CaseFacts; facts_version: string; unit: string }[]>(
      'SELECT facts, facts_version, unit FROM messaging.cases WHERE id = $1',
      [caseId],
    );
    if (!held) return [];
    const at = this.clock.now();
    const orders = new Map<string, Order>();
    const nextLooks: (Date | 'infinity')[] = [];
    for (const row of disclosed) {
      const recipient = this.directory.findAgency(row.recipient);
      const { revocations, validUntil = undefined } = recipient
        ? this.look(row, held.facts, recipient, at)
        : { revocations: [] };
      nextLooks.push(validUntil && validUntil > at ? validUntil : 'infinity');
      if (!recipient) continue;
      for (const left of revocations.flatMap((each) => untold(each, row.told))) {
        // Events of which the same follows go in one message.
        const key = JSON.stringify([row.recipient, row.reference, left]);
        const events = [...(orders.get(key)?.events ?? []), row.event_id];
        const { recipient_unit: recipientUnit, reference } = row;
        orders.set(key, { ...left, recipient, recipientUnit, reference, events });
      }
    }
    const lanes: number[] = [];
    for (const order of orders.values()) {
      for (let from = 0; from < order.events.length; from += MOST_EVENTS) {
        const events = order.events.slice(from, from + MOST_EVENTS);
        lanes.push(...(await this.tell(manager, caseId, held.unit, { ...order, events }, by, at)));
      }
    }
    await manager.query(LOOKED, [
      disclosed.map(({ event_id }) => event_id),
      disclosed.map(({ lane_id }) => lane_id),
      nextLooks,
      held.facts_version,
      this.policy.lookedWith,
    ]);
    return lanes;
  }

  /** Whoever has not confirmed by then is overdue. */
  private confirmBy(at: Date): Date {
    return new Date(at.getTime() + this.config.purgeConfirmHours * HOUR_MS);
  }

  private look(row: Disclosed, facts: CaseFacts, recipient: Agency, at: Date) {
    const { type, purpose, basis, convention, fields } = row;
    return this.policy.revocationsOf(
      { type, purpose, basis, convention: convention ?? undefined, fields: fields ?? [] },
      facts,
      recipient,
      at,
    );
  }

  private async tell(
    manager: EntityManager,
    caseId: string,
    unit: string,
    { recipient, recipientUnit, reference, ground, effect, events, fields }: Order,
    { agent, correlationId = randomUUID() }: Revoker,
    at: Date,
  ): Promise<readonly number[]> {
    const document: ShareRevokedV1 = {
      revokedAt: at.toISOString(),
      effect,
      events: [...events],
      ...(fields && { fields: [...fields] }),
    };
    const { intents, lanes } = await this.outbox.append(manager, caseId, {
      type: SHARE_REVOKED,
      document,
      purpose: AFTER_SHARING_PURPOSE,
      unit,
      ...(agent !== undefined && { agent }),
      correlationId,
      traceparent: currentTraceparent(),
      decidedAt: at,
      recipients: [{ agency: recipient, ...(recipientUnit !== null && { unit: recipientUnit }) }],
    });
    const id = intents[0]?.eventId;
    await manager.query(
      `INSERT INTO casework.revocation (id, case_id, unit, recipient, reference, ground, effect, events, at, confirm_by, fields)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      [
        id,
        caseId,
        unit,
        recipient.id,
        reference,
        ground,
        effect,
        events,
        at,
        effect === 'purge' ? this.confirmBy(at) : null,
        fields ?? null,
      ],
    );
    await this.audit.append(manager, [
      this.audit.prepare({
        kind: 'revocation',
        at: at.toISOString(),
        unit,
        ...(agent !== undefined && { agent }),
        legalBases: [],
        reference,
        event: SHARE_REVOKED,
        eventId: id,
        counterpart: recipient.id,
        reason: effect,
        fields: [],
      }),
    ]);
    return lanes;
  }
}

/** What of it the recipient has not been told of yet, as strongly. */
function untold(ended: EndedGround, told: readonly Told[]): readonly EndedGround[] {
  const before = told.filter(({ effect }) => STRENGTH[effect] >= STRENGTH[ended.effect]);
  if (before.some(({ fields }) => fields === null)) return [];
  if (!ended.fields) return [ended];
  const fields = ended.fields.filter((path) => !before.some((each) => each.fields?.includes(path)));
  return fields.length > 0 ? [{ ...ended, fields }] : [];
}

const DISCLOSED = `
SELECT g.event_id, g.lane_id, g.basis, d.recipient, d.reference, d.recipient_unit, d.convention, f.fields, d.type, e.purpose,
       (SELECT coalesce(jsonb_agg(jsonb_build_object('effect', r.effect, 'fields', r.fields)), '[]')
          FROM casework.revocation r WHERE r.case_id = g.case_id AND g.event_id::uuid = ANY (r.events)) AS told
  FROM messaging.share_ground g
  JOIN messaging.delivery d ON d.event_id = g.event_id AND d.lane_id = g.lane_id
  JOIN messaging.event_document e ON e.case_id = d.case_id AND e.version = d.case_version
  LEFT JOIN messaging.decided_fields f ON f.digest = d.fields_digest
 WHERE g.case_id = $1 AND d.case_id = $1 AND d.state = 'frozen' ORDER BY d.decided_at, g.event_id`;

const LOOKED = `
UPDATE messaging.share_ground g SET looked_facts = $4, looked_policy = $5, next_at = w.next_at
  FROM unnest($1::text[], $2::int[], $3::timestamptz[]) AS w (event_id, lane_id, next_at)
 WHERE g.event_id = w.event_id AND g.lane_id = w.lane_id`;
