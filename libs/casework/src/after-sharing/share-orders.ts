import {
  type PurgeReason,
  type RevocationEffect,
  SHARE_PURGED,
  SHARE_REVOKED,
  type SharePurgedV1,
} from '@liaison/contracts';
import type { Clock, Directory } from '@liaison/kernel';
import { AuditTrail, Outbox, type ReceivedEvent } from '@liaison/messaging';
import { INGEST_DATABASE } from '@liaison/platform';
import { Inject, Injectable, Optional } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { DataSource, EntityManager } from 'typeorm';
import { CLOCK, DIRECTORY } from '../agency/tokens';
import { AFTER_SHARING_PURPOSE } from './revocations';
import {
  expiredAttachments,
  heldAttachments,
  postponeAttachments,
  purgeAttachments,
  restrictAttachments,
} from './shared-attachments';
import { type HeldShare, type Purging, SHARED_CONTENT, type SharedContent } from './shared-content';

/** What a sender wants done with events that it shared. */
export interface ShareOrder {
  readonly sender: string;
  /** Id of the `share.revoked`. */
  readonly revocation: string;
  /** This agency's own case. */
  readonly caseId: string;
  readonly effect: RevocationEffect;
  readonly events: readonly string[];
  /** Of these events, this alone; absent: the whole of them. */
  readonly fields?: readonly string[];
}

interface Gone {
  readonly purged: readonly string[];
  readonly kept: readonly string[];
}

/** On what a purge rests. */
interface Why {
  readonly reason: PurgeReason;
  readonly revocation?: string;
  readonly fields?: readonly string[];
}

interface KeptShare extends HeldShare {
  readonly revocation: string;
  readonly fields: readonly string[] | null;
}

/** Events that one round of a sweep purges. */
const ROUND = 200;
/** What a duty keeps longer is looked at again after so many days. */
const LOOK_AGAIN_DAYS = 1;

/**
 * The recipient's side: does what a sender's `share.revoked` says, and what a convention's term says. What this agency wrote
 * itself stays, and so does what a legal duty rests on: it is shown to fewer, until the duty has ended.
 */
@Injectable()
export class ShareOrders {
  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(DIRECTORY) private readonly directory: Directory,
    @Inject(INGEST_DATABASE) private readonly database: DataSource,
    private readonly outbox: Outbox,
    private readonly audit: AuditTrail,
    @Optional() @Inject(SHARED_CONTENT) private readonly content: SharedContent | undefined,
  ) {}

  /** In T3. A repeat of the same order changes nothing. @returns lanes to wake */
  async carryOut(manager: EntityManager, order: ShareOrder): Promise<readonly number[]> {
    const at = this.clock.now();
    const { sender, revocation, caseId, effect, events, fields } = order;
    const gone = await this.apply(manager, order, at);
    await manager.query(
      `INSERT INTO casework.share_order (sender, event_id, revocation, case_id, effect, state, at, fields)
       SELECT $1, event_id, $2, $3, $4, CASE WHEN $4 = 'restrict' THEN 'restricted' WHEN event_id = ANY ($6) THEN 'kept'
                                             ELSE 'purged' END, $7, $8
         FROM unnest($5::uuid[]) AS e (event_id)
       ON CONFLICT DO NOTHING`,
      [sender, revocation, caseId, effect, events, gone.kept, at, fields ?? null],
    );
    await this.record(manager, order, gone, at);
    if (effect === 'restrict') return [];
    return this.confirm(manager, order, { purged: gone.purged, reason: 'revoked', revocation, fields }, at);
  }

  /** In T3, after these events were stored: what a sender said of them before they came holds for them too. */
  async carryOutLate(manager: EntityManager, events: readonly ReceivedEvent[]): Promise<void> {
    const overtaken = events.filter(({ overtakenBy }) =>
      overtakenBy.some(({ type }) => type === SHARE_REVOKED),
    );
    if (overtaken.length === 0) return;
    const orders = await manager.query<
      (Omit<ShareOrder, 'events' | 'fields'> & { event: string; fields: readonly string[] | null })[]
    >(
      `SELECT o.sender, o.revocation, o.case_id AS "caseId", o.effect, o.fields, o.event_id AS event
         FROM casework.share_order o
         JOIN unnest($1::text[], $2::uuid[]) AS w (sender, event_id) ON o.sender = w.sender AND o.event_id = w.event_id`,
      [overtaken.map(({ sender }) => sender), overtaken.map(({ envelope }) => envelope.id)],
    );
    const at = this.clock.now();
    for (const { event, fields, ...order } of orders) {
      const late = { ...order, events: [event], ...(fields && { fields }) };
      const gone = await this.apply(manager, late, at);
      await this.record(manager, late, gone, at);
      if (gone.kept.length > 0) await this.keepAfterAll(manager, late, at);
    }
  }

  /** What was confirmed as purged while there was nothing of it is under a duty now that it came: its sender is told. */
  private async keepAfterAll(manager: EntityManager, order: ShareOrder, at: Date): Promise<void> {
    const { sender, revocation, events, fields } = order;
    await manager.query(
      `UPDATE casework.share_order SET state = 'kept', at = $4
        WHERE sender = $1 AND revocation = $2 AND event_id = ANY ($3::uuid[])`,
      [sender, revocation, events, at],
    );
    await this.confirm(manager, order, { purged: [], reason: 'revoked', revocation, fields }, at);
  }

  /**
   * What was kept as long as its convention allows is purged, and what a duty kept once that duty has ended. A round; the
   * next takes the next. @returns lanes to wake
   */
  async purgeDue(): Promise<readonly number[]> {
    if (!this.content) return [];
    return [...(await this.purgeExpired(this.content)), ...(await this.purgeKept(this.content))];
  }

  private purgeExpired(content: SharedContent): Promise<readonly number[]> {
    const at = this.clock.now();
    return this.database.transaction(async (manager) => {
      const documents = await content.expired(manager, at, ROUND);
      const attachments = await expiredAttachments(manager, at, ROUND);
      // Asked again of what is locked by now: somebody may have begun to rest an act on it meanwhile.
      const duties = await content.underDuty(manager, casesOf([...documents, ...attachments]), at);
      if (duties.size > 0) await postponeAttachments(manager, [...duties], at, LOOK_AGAIN_DAYS);
      const due = [...documents, ...attachments].filter(({ caseId }) => !duties.has(caseId));
      return this.purgeAll(manager, due, { reason: 'term-ended' }, at);
    });
  }

  private purgeKept(content: SharedContent): Promise<readonly number[]> {
    const at = this.clock.now();
    return this.database.transaction(async (manager) => {
      const kept = await manager.query<KeptShare[]>(KEPT, [at, LOOK_AGAIN_DAYS, ROUND]);
      if (kept.length === 0) return [];
      const duties = await content.underDuty(manager, casesOf(kept), at);
      const lanes: number[] = [];
      for (const revocation of new Set(kept.map((each) => each.revocation))) {
        const due = kept.filter((each) => each.revocation === revocation && !duties.has(each.caseId));
        await manager.query(
          `UPDATE casework.share_order SET state = 'purged' WHERE revocation = $1 AND event_id = ANY ($2::uuid[])`,
          [revocation, due.map(({ event }) => event)],
        );
        // An order is for the same fields of all that it names.
        const fields = due[0]?.fields ?? undefined;
        lanes.push(...(await this.purgeAll(manager, due, { reason: 'revoked', revocation, fields }, at)));
      }
      return lanes;
    });
  }

  /** Purges, records and tells their senders: a message a case. */
  private async purgeAll(
    manager: EntityManager,
    shares: readonly HeldShare[],
    why: Why,
    at: Date,
  ): Promise<readonly number[]> {
    const lanes: number[] = [];
    const keys = new Set(shares.map(({ sender, caseId }) => `${sender} ${caseId}`));
    // In one order, so that two rounds at once do not wait for each other's cases.
    for (const key of [...keys].sort()) {
      const [sender = '', caseId = ''] = key.split(' ');
      const own = shares.filter((share) => share.sender === sender && share.caseId === caseId);
      const purged = [...new Set(own.map(({ event }) => event))];
      await this.purge(manager, sender, purged, { at, reason: why.reason, fields: why.fields });
      for (const event of purged) await this.recordPurge(manager, { sender, caseId, event }, why.reason, at);
      lanes.push(...(await this.confirm(manager, { sender, caseId }, { purged, ...why }, at)));
    }
    return lanes;
  }

  private async apply(
    manager: EntityManager,
    { sender, caseId, effect, events, fields }: ShareOrder,
    at: Date,
  ): Promise<Gone> {
    if (effect === 'purge') {
      const duties = await this.content?.underDuty(manager, [caseId], at);
      if (!duties?.has(caseId)) {
        await this.purge(manager, sender, events, { at, reason: 'revoked', fields });
        return { purged: events, kept: [] };
      }
    }
    await restrictAttachments(manager, sender, events, { at, fields });
    await this.content?.restrict(manager, sender, events, { at, fields });
    if (effect === 'restrict') return { purged: [], kept: [] };
    const held = new Set([
      ...((await this.content?.held(manager, sender, events)) ?? []),
      ...(await heldAttachments(manager, sender, events)),
    ]);
    return { purged: events.filter((event) => !held.has(event)), kept: [...held] };
  }

  private async purge(
    manager: EntityManager,
    sender: string,
    events: readonly string[],
    why: Purging,
  ): Promise<void> {
    await purgeAttachments(manager, sender, events, why.fields);
    await this.content?.purge(manager, sender, events, why);
  }

  /** Of an order one record, which names it; what it did to which event stands in `share_order`. */
  private async record(manager: EntityManager, order: ShareOrder, { kept }: Gone, at: Date): Promise<void> {
    await this.audit.append(manager, [
      this.audit.prepare({
        kind: order.effect === 'purge' && kept.length === 0 ? 'purge' : 'restriction',
        at: at.toISOString(),
        legalBases: [],
        event: SHARE_REVOKED,
        eventId: order.revocation,
        counterpart: order.sender,
        ...(await this.referenceOf(manager, order)),
        reason: kept.length > 0 ? 'legal-duty' : 'revoked',
        fields: [],
      }),
    ]);
  }

  private async recordPurge(
    manager: EntityManager,
    { sender, caseId, event }: HeldShare,
    reason: PurgeReason,
    at: Date,
  ): Promise<void> {
    await this.audit.append(manager, [
      this.audit.prepare({
        kind: 'purge',
        at: at.toISOString(),
        legalBases: [],
        eventId: event,
        counterpart: sender,
        ...(await this.referenceOf(manager, { sender, caseId })),
        reason,
        fields: [],
      }),
    ]);
  }

  private async referenceOf(
    manager: EntityManager,
    { sender, caseId }: Pick<HeldShare, 'sender' | 'caseId'>,
  ): Promise<{ readonly reference?: string; readonly unit?: string }> {
    const [row] = await manager.query<{ reference: string; unit: string }[]>(
      `SELECT r.reference, c.unit FROM messaging.case_reference r JOIN messaging.cases c ON c.id = r.case_id
        WHERE r.case_id = $1 AND r.peer = $2`,
      [caseId, sender],
    );
    return row ?? {};
  }

  private async confirm(
    manager: EntityManager,
    { sender, caseId }: Pick<HeldShare, 'sender' | 'caseId'>,
    { purged, reason, revocation, fields }: Pick<Gone, 'purged'> & Why,
    at: Date,
  ): Promise<readonly number[]> {
    const agency = this.directory.findAgency(sender);
    const { unit = '' } = await this.referenceOf(manager, { sender, caseId });
    // Of one revocation each answer says all that is kept under it: of two, the later counts.
    const kept = revocation === undefined ? [] : await keptUnder(manager, sender, revocation);
    // Who is in the directory no longer cannot be told; the audit record stands.
    if (!agency || purged.length + kept.length === 0) return [];
    const document: SharePurgedV1 = {
      purgedAt: at.toISOString(),
      reason,
      ...(revocation !== undefined && { revocation }),
      purged: [...purged],
      kept,
      ...(fields && { fields: [...fields] }),
    };
    const { lanes } = await this.outbox.append(manager, caseId, {
      type: SHARE_PURGED,
      document,
      purpose: AFTER_SHARING_PURPOSE,
      unit,
      correlationId: randomUUID(),
      decidedAt: at,
      recipients: [{ agency }],
    });
    return lanes;
  }
}

const casesOf = (shares: readonly HeldShare[]): readonly string[] => [
  ...new Set(shares.map(({ caseId }) => caseId)),
];

async function keptUnder(manager: EntityManager, sender: string, revocation: string): Promise<string[]> {
  const rows = await manager.query<{ event_id: string }[]>(
    `SELECT event_id FROM casework.share_order
      WHERE sender = $1 AND revocation = $2 AND state = 'kept' ORDER BY event_id`,
    [sender, revocation],
  );
  return rows.map(({ event_id }) => event_id);
}

/** Looked at again from now on; another round at the same time takes others. */
const KEPT = `
WITH due AS (
  SELECT sender, event_id, revocation FROM casework.share_order
   WHERE state = 'kept' AND at <= $1::timestamptz - make_interval(days => $2)
   ORDER BY at LIMIT $3 FOR UPDATE SKIP LOCKED
), looked AS (
  UPDATE casework.share_order o SET at = $1 FROM due
   WHERE o.sender = due.sender AND o.event_id = due.event_id AND o.revocation = due.revocation
  RETURNING o.sender, o.case_id, o.event_id, o.revocation, o.fields
)
SELECT sender, case_id AS "caseId", event_id AS event, revocation, fields FROM looked`;
