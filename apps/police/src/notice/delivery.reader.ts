import { AgencyPolicy, CLOCK } from '@liaison/casework';
import { NOTICE_ACKNOWLEDGED, type NoticeAcknowledgedV1 } from '@liaison/contracts';
import type { Clock } from '@liaison/kernel';
import { type Identity, SERVE_DATABASE, serveTransaction } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { DataSource, EntityManager } from 'typeorm';
import type { AcknowledgementView, DeliveryState, FieldReason, NoticeDelivery } from './notice.answers';
import { NoticeAcknowledgement, type NoticeRow } from './notice.entity';
import { contentOf, getNotice, requireReadable } from './stored-notice';

/** What became of a notice on its way to each recipient, and why anything was withheld. */
@Injectable()
export class DeliveryReader {
  constructor(
    @Inject(SERVE_DATABASE) private readonly database: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly policy: AgencyPolicy,
  ) {}

  /** Every version and what was said of it, in order, then of recipient; nothing for a draft. @throws AppError `notice-not-found` */
  async deliveries(identity: Identity, id: string): Promise<readonly NoticeDelivery[]> {
    return serveTransaction(this.database, identity, async (manager) => {
      const notice = await getNotice(manager, identity, id);
      const at = this.clock.now();
      if (notice.caseId !== null) {
        requireReadable(this.policy, identity, await contentOf(manager, notice), at);
      }
      return deliveriesOf(manager, this.policy, identity, notice, at);
    });
  }
}

/** As the reader's roles may read them. */
export async function deliveriesOf(
  manager: EntityManager,
  policy: AgencyPolicy,
  { roles }: Pick<Identity, 'roles'>,
  { id, caseId }: Pick<NoticeRow, 'id' | 'caseId'>,
  at: Date,
): Promise<readonly NoticeDelivery[]> {
  if (caseId === null) return [];
  const rows = await manager.query<DeliveryRow[]>(DELIVERIES, [caseId]);
  const acknowledgements = await manager.find(NoticeAcknowledgement, {
    where: { noticeId: id },
    order: { receivedAt: 'ASC', sequence: 'ASC' },
  });
  return rows.map((row) =>
    deliveryOf(
      row,
      acknowledgements
        .filter((acknowledgement) => concerns(acknowledgement, row, rows))
        .map((acknowledgement) => readable(policy, roles, acknowledgement, row.purpose, at)),
    ),
  );
}

/** Received from another agency: each role reads of it what the convention lets it. @param purpose what it was told the notice for */
function readable(
  policy: AgencyPolicy,
  roles: readonly string[],
  { agency, eventId, convention, role, unit, acknowledgedAt, recipientVersion }: NoticeAcknowledgement,
  purpose: string,
  at: Date,
): AcknowledgementView {
  const held = {
    type: NOTICE_ACKNOWLEDGED,
    data: { role, unit, acknowledgedAt: acknowledgedAt?.toISOString() ?? null, recipientVersion },
    purpose,
    facts: {},
    provenance: { agency, event: eventId, convention },
  };
  const data = policy.read(held, roles, at)?.data;
  const read = (data ?? {}) as Partial<NoticeAcknowledgedV1>;
  return {
    role: read.role ?? null,
    unit: read.unit ?? null,
    acknowledgedAt: read.acknowledgedAt ?? null,
    recipientVersion: read.recipientVersion ?? null,
  };
}

/** Whoever keeps the version to itself acknowledges the last that it was given. */
function concerns(
  { agency, recipientVersion }: NoticeAcknowledgement,
  row: DeliveryRow,
  all: readonly DeliveryRow[],
): boolean {
  if (agency !== row.recipient) return false;
  if (recipientVersion !== null) return row.recipient_version === recipientVersion;
  const numbered = all.filter((each) => each.recipient === agency && each.recipient_version !== null);
  return row === (numbered.at(-1) ?? all.find((each) => each.recipient === agency));
}

interface DeliveryRow {
  readonly event_id: string;
  readonly type: string;
  readonly purpose: string;
  readonly recipient_version: number | null;
  readonly recipient: string;
  readonly recipient_unit: string | null;
  readonly state: DeliveryState | 'frozen';
  readonly reason: string | null;
  readonly at: Date;
  readonly convention: string | null;
  readonly audit_record: string | null;
  readonly fields: readonly FieldReason[] | null;
}

const DELIVERIES = `
SELECT s.event_id, coalesce(sent.type, d.type) AS type, d.purpose, s.recipient_version, s.recipient, s.recipient_unit, s.state, s.reason, s.at, s.convention, s.audit_record, f.fields
  FROM messaging.delivery_status s
  JOIN messaging.event_document d ON d.case_id = s.case_id AND d.version = s.case_version
  LEFT JOIN messaging.delivery sent
    ON sent.case_id = s.case_id AND sent.event_id = s.event_id AND sent.kind = 'event'
  LEFT JOIN messaging.decided_fields f ON f.digest = s.fields_digest
 WHERE s.case_id = $1
 ORDER BY s.case_version, s.recipient, s.event_id`;

function deliveryOf(row: DeliveryRow, acknowledgements: readonly AcknowledgementView[]): NoticeDelivery {
  return {
    eventId: row.event_id,
    event: row.type,
    recipientVersion: row.recipient_version,
    recipient: row.recipient,
    unit: row.recipient_unit,
    state: acknowledgements.length > 0 ? 'acknowledged' : stateOf(row.state),
    reason: row.reason,
    at: row.at.toISOString(),
    convention: row.convention,
    auditRecord: row.audit_record,
    fields: row.fields ?? [],
    acknowledgements,
  };
}

/** Decided and sealed, but not on the broker yet: to the author it has not left. */
const stateOf = (state: DeliveryRow['state']): DeliveryState => (state === 'frozen' ? 'pending' : state);
