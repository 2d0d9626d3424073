import { AppError, type Clock } from '@liaison/kernel';
import { AUDIT_LINGER_MS, AuditTrail, Dispatcher, noteRead } from '@liaison/messaging';
import {
  decodeCursor,
  isInstantPosition,
  type Identity,
  type Page,
  pageOf,
  SERVE_DATABASE,
  serveTransaction,
} from '@liaison/platform';
import type { Decision } from '@liaison/sharing-policy';
import { Inject, Injectable } from '@nestjs/common';
import { type DataSource, type EntityManager, LessThan, Not } from 'typeorm';
import { restrictedFields } from '../after-sharing/revoked-fields';
import { CLOCK } from '../agency/tokens';
import { openUntil } from '../break-glass/openings';
import type { HeldDocument } from '../cases/case-register';
import { readingRecord } from '../policy/act-records';
import { AgencyPolicy } from '../policy/agency-policy';
import { type SeenVersion, sourceViews } from '../provenance/field-sources';
import { type ChangedField, changedFields } from './changed-fields';
import type { AcknowledgementDelivery, ListNoticesQuery, NoticeItem, NoticeView } from './notice.dto';
import { noticeVoided } from './notice';
import { ReceivedNotice } from './notice.entity';

/**
 * A notice of the caller's own unit.
 * @throws AppError `notice-not-found`, also where it is another unit's: nobody learns that it exists
 */
export async function getReceivedNotice(
  manager: EntityManager,
  { unit }: Pick<Identity, 'unit'>,
  id: string,
  lock?: 'pessimistic_write',
): Promise<ReceivedNotice> {
  const notice = await manager.findOne(ReceivedNotice, {
    where: { id, unit },
    ...(lock && { lock: { mode: lock } }),
  });
  if (!notice) throw noSuchNotice();
  return notice;
}

const noSuchNotice = () => new AppError('notice-not-found', 'Your unit has no such notice.');

/**
 * What the caller's roles may read of a notice: whoever may read nothing of it neither learns that it exists nor acts on it.
 * @throws AppError `notice-not-found`
 */
export function requireReadableNotice(
  policy: AgencyPolicy,
  { roles }: Pick<Identity, 'roles'>,
  notice: ReceivedNotice,
  at: Date,
): unknown {
  const seen = policy.read({ ...heldNotice(notice), data: notice.content }, roles, at);
  if (!seen) throw noSuchNotice();
  return seen.data;
}

/** What the engine is asked about when somebody reads it. */
export const heldNotice = (notice: ReceivedNotice): HeldDocument => ({
  type: notice.type,
  purpose: notice.purpose,
  facts: notice.departement === null ? {} : { departement: notice.departement },
  provenance: { agency: notice.sender, event: notice.eventId, convention: notice.convention },
  withheld: notice.withheld,
  restricted: notice.restrictedSince !== null,
  restrictedFields: restrictedFields(notice.revokedFields),
});

/** What the desk reads. Every answer that shows personal data is recorded in the transaction that read it. */
@Injectable()
export class NoticeReader {
  constructor(
    @Inject(SERVE_DATABASE) private readonly database: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly policy: AgencyPolicy,
    private readonly audit: AuditTrail,
    private readonly dispatcher: Dispatcher,
  ) {}

  /** Newest first. @throws AppError `cursor-invalid` */
  async list(identity: Identity, query: ListNoticesQuery): Promise<Page<NoticeItem>> {
    const after = query.cursor === undefined ? undefined : decodeCursor(query.cursor, isInstantPosition);
    const rows = await serveTransaction(this.database, identity, (manager) =>
      manager.query<NoticeRow[]>(LIST, [
        identity.unit,
        query.state ?? null,
        after?.[0] ?? null,
        after?.[1] ?? null,
        query.limit + 1,
        query.standing ?? null,
      ]),
    );
    return pageOf(rows, query.limit, itemOf, ({ received_at, id }) => [received_at.toISOString(), id]);
  }

  /** What the caller's roles may see. @throws AppError `notice-not-found`, `notice-voided` */
  async read(identity: Identity, id: string): Promise<NoticeView> {
    const lanes = [this.audit.laneId];
    const view = await serveTransaction(this.database, identity, async (manager) => {
      const notice = await getReceivedNotice(manager, identity, id);
      if (notice.state === 'voided') throw noticeVoided();
      const at = this.clock.now();
      const until = await openUntil(manager, identity, notice.caseId, at);
      const answer = this.readable(notice, identity, at, until);
      if (!answer) throw noSuchNotice();
      await this.audit.append(manager, [this.record(identity, notice, answer.decision, at, until)]);
      if (isToldWhenRead(answer.decision)) lanes.push(...(await noteRead(manager, notice)));
      const before = await earlierVersions(manager, identity, notice);
      const seen = before.map((each) => ({ notice: each, answer: this.readable(each, identity, at, until) }));
      return viewOf(notice, { ...answer, until }, seen);
    });
    this.dispatcher.wake(lanes, AUDIT_LINGER_MS);
    return view;
  }

  /** How far the acknowledgement has come; nothing before there is one. @throws AppError `notice-not-found` */
  async deliveries(identity: Identity, id: string): Promise<readonly AcknowledgementDelivery[]> {
    return serveTransaction(this.database, identity, async (manager) => {
      const notice = await getReceivedNotice(manager, identity, id);
      requireReadableNotice(this.policy, identity, notice, this.clock.now());
      const { caseId, acknowledgementVersion } = notice;
      const rows = await manager.query<DeliveryRow[]>(DELIVERIES, [caseId, acknowledgementVersion]);
      return rows.map(({ event_id, at, fields, ...row }) => ({
        eventId: event_id,
        ...row,
        at: at.toISOString(),
        fields: fields ?? [],
      }));
    });
  }

  /** @param until the case is open to the caller in an emergency until then */
  private readable(notice: ReceivedNotice, { roles }: Identity, at: Date, until: Date | undefined) {
    const held = { ...heldNotice(notice), data: notice.content };
    return until ? this.policy.openInEmergency(held, roles, at) : this.policy.read(held, roles, at);
  }

  private record(
    identity: Identity,
    notice: ReceivedNotice,
    decision: Decision,
    at: Date,
    until: Date | undefined,
  ) {
    return readingRecord(this.audit, identity, at, decision, {
      purpose: notice.purpose,
      reference: notice.reference,
      event: notice.type,
      eventId: notice.eventId,
      version: notice.recipientVersion,
      counterpart: notice.sender,
      convention: notice.convention,
      ...(until && { reason: 'break-glass' }),
    });
  }
}

/** Further back nobody asks where a field came from. */
const MOST_VERSIONS = 50;

/** Those before it that are still here, newest first. */
function earlierVersions(
  manager: EntityManager,
  { unit }: Pick<Identity, 'unit'>,
  { caseId, recipientVersion }: ReceivedNotice,
): Promise<readonly ReceivedNotice[]> {
  return manager.find(ReceivedNotice, {
    where: { caseId, unit, recipientVersion: LessThan(recipientVersion), state: Not('voided') },
    order: { recipientVersion: 'DESC' },
    take: MOST_VERSIONS,
  });
}

/** The convention that it came under wants its sender to know. */
const isToldWhenRead = ({ obligations }: Decision): boolean =>
  obligations.some(({ kind }) => kind === 'tell-when-read');

interface NoticeRow {
  readonly id: string;
  readonly case_id: string;
  readonly reference: string;
  readonly sender: string;
  readonly recipient_version: number;
  readonly latest: boolean;
  readonly departement: string | null;
  readonly received_at: Date;
  readonly acknowledge_by: Date | null;
  readonly state: NoticeItem['state'];
  readonly version: number;
  readonly standing: NoticeItem['standing'];
  readonly standing_reason: string | null;
  readonly standing_since: Date | null;
  readonly restricted_since: Date | null;
  readonly purged_at: Date | null;
  readonly purge_reason: NoticeItem['purgeReason'];
}

const LIST = `
SELECT n.id, n.case_id, n.reference, n.sender, n.recipient_version, n.departement, n.received_at, n.acknowledge_by, n.state,
       n.version, n.standing, n.standing_reason, n.standing_since,
       n.restricted_since, n.purged_at, n.purge_reason,
       NOT EXISTS (SELECT FROM notice.received_notice later
                    WHERE later.case_id = n.case_id AND later.recipient_version > n.recipient_version) AS latest
  FROM notice.received_notice n
 WHERE n.unit = $1 AND ($2::text IS NULL OR n.state = $2) AND ($6::text IS NULL OR n.standing = $6)
   AND ($3::timestamptz IS NULL OR (n.received_at, n.id) < ($3, $4::uuid))
 ORDER BY n.received_at DESC, n.id DESC LIMIT $5`;

function itemOf(row: NoticeRow): NoticeItem {
  return {
    id: row.id,
    caseId: row.case_id,
    reference: row.reference,
    sender: row.sender,
    recipientVersion: row.recipient_version,
    latest: row.latest,
    departement: row.departement,
    receivedAt: row.received_at.toISOString(),
    acknowledgeBy: row.acknowledge_by?.toISOString() ?? null,
    state: row.state,
    version: row.version,
    standing: row.standing,
    standingReason: row.standing_reason,
    standingSince: row.standing_since?.toISOString() ?? null,
    restrictedSince: row.restricted_since?.toISOString() ?? null,
    purgedAt: row.purged_at?.toISOString() ?? null,
    purgeReason: row.purge_reason,
  };
}

interface Seen {
  readonly data: unknown;
  readonly withheld: readonly string[];
  /** Open to the reader in an emergency until then. */
  readonly until: Date | undefined;
}

/** A version before, as far as the reader may see it. */
interface SeenBefore {
  readonly notice: ReceivedNotice;
  readonly answer: Pick<Seen, 'data' | 'withheld'> | undefined;
}

/** Against the last version before it. */
function changedSince(
  [before]: readonly SeenBefore[],
  now: Pick<Seen, 'data' | 'withheld'>,
): readonly ChangedField[] | null {
  if (!before?.answer) return null;
  return changedFields(before.answer, now).filter(({ path }) => !path.startsWith('amendment.'));
}

const seenVersion = (
  { sender, eventId, convention, receivedAt }: ReceivedNotice,
  data: unknown,
): SeenVersion => ({
  provenance: { agency: sender, event: eventId, convention },
  receivedAt,
  data,
});

/** @param before newest first */
function viewOf(
  notice: ReceivedNotice,
  { data, withheld, until }: Seen,
  before: readonly SeenBefore[],
): NoticeView {
  const earlier = before.flatMap((each) => (each.answer ? [seenVersion(each.notice, each.answer.data)] : []));
  const content = data as NoticeView['content'];
  const shown = Object.entries(notice.provenance).filter(([section]) => Object.hasOwn(content, section));
  return {
    id: notice.id,
    caseId: notice.caseId,
    reference: notice.reference,
    sender: notice.sender,
    recipientVersion: notice.recipientVersion,
    unit: notice.unit,
    receivedAt: notice.receivedAt.toISOString(),
    purpose: notice.purpose,
    acknowledgeBy: notice.acknowledgeBy?.toISOString() ?? null,
    state: notice.state,
    acknowledgedAt: notice.acknowledgedAt?.toISOString() ?? null,
    version: notice.version,
    standing: notice.standing,
    standingReason: notice.standingReason,
    standingSince: notice.standingSince?.toISOString() ?? null,
    restrictedSince: notice.restrictedSince?.toISOString() ?? null,
    // To the others they look like any field that is withheld.
    restrictedFields: restrictedFields(notice.revokedFields).filter((path) => !withheld.includes(path)),
    keepUntil: notice.keepUntil?.toISOString() ?? null,
    openUntil: until?.toISOString() ?? null,
    changed: changedSince(before, { data, withheld }),
    content,
    withheld,
    provenance: Object.fromEntries(shown),
    sources: sourceViews([seenVersion(notice, data), ...earlier]),
  };
}

interface DeliveryRow {
  readonly event_id: string;
  readonly recipient: string;
  readonly state: AcknowledgementDelivery['state'];
  readonly reason: string | null;
  readonly convention: string | null;
  readonly sequence: number | null;
  readonly at: Date;
  readonly fields: AcknowledgementDelivery['fields'] | null;
}

const DELIVERIES = `
SELECT s.event_id, s.recipient, s.state, s.reason, s.convention, s.sequence, s.at, f.fields
  FROM messaging.delivery_status s LEFT JOIN messaging.decided_fields f ON f.digest = s.fields_digest
 WHERE s.case_id = $1 AND s.case_version = $2`;
