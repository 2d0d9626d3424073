import { AppError, type Clock } from '@liaison/kernel';
import {
  decodeCursor,
  isInstantPosition,
  type Identity,
  type Page,
  pageOf,
  SERVE_DATABASE,
  serveTransaction,
} from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { DataSource, EntityManager } from 'typeorm';
import { restrictedFields } from '../after-sharing/revoked-fields';
import { CLOCK } from '../agency/tokens';
import type { HeldDocument } from '../cases/case-register';
import { AgencyPolicy } from '../policy/agency-policy';
import type { AcknowledgementDelivery, ListNoticesQuery, NoticeItem } from './notice.dto';
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

export const noSuchNotice = () => new AppError('notice-not-found', 'Your unit has no such notice.');

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

/** What the desk knows of its notices without reading them: nothing about the persons. */
@Injectable()
export class NoticeReader {
  constructor(
    @Inject(SERVE_DATABASE) private readonly database: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly policy: AgencyPolicy,
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
}

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
