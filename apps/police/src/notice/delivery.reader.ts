import { AgencyPolicy, CLOCK } from '@liaison/casework';
import { NOTICE_ACKNOWLEDGED, type NoticeAcknowledgedV1 } from '@liaison/contracts';
import type { Clock } from '@liaison/kernel';
import { type Identity, SERVE_DATABASE, serveTransaction } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { PURPOSE } from './issuing';
import type { AcknowledgementView, DeliveryState, FieldReason, NoticeDelivery } from './notice.answers';
import { NoticeAcknowledgement } from './notice.entity';
import { getNotice } from './stored-notice';

/** What became of a notice on its way to each recipient, and why anything was withheld. */
@Injectable()
export class DeliveryReader {
  constructor(
    @Inject(SERVE_DATABASE) private readonly database: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly policy: AgencyPolicy,
  ) {}

  /** In order of recipient; nothing for a draft. @throws AppError `notice-not-found` */
  async deliveries(identity: Identity, id: string): Promise<readonly NoticeDelivery[]> {
    return serveTransaction(this.database, identity, async (manager) => {
      const { caseId, caseVersion } = await getNotice(manager, identity, id);
      if (caseId === null) return [];
      const rows = await manager.query<DeliveryRow[]>(DELIVERIES, [caseId, caseVersion]);
      const acknowledgements = await manager.find(NoticeAcknowledgement, {
        where: { noticeId: id },
        order: { receivedAt: 'ASC', sequence: 'ASC' },
      });
      return rows.map((row) =>
        deliveryOf(
          row,
          acknowledgements
            .filter(({ agency }) => agency === row.recipient)
            .map((acknowledgement) => this.readable(identity, acknowledgement)),
        ),
      );
    });
  }

  /** Received from another agency: each role reads of it what the convention lets it. */
  private readable(
    identity: Identity,
    { agency, eventId, convention, role, unit, acknowledgedAt, recipientVersion }: NoticeAcknowledgement,
  ): AcknowledgementView {
    const held = {
      type: NOTICE_ACKNOWLEDGED,
      data: { role, unit, acknowledgedAt: acknowledgedAt?.toISOString() ?? null, recipientVersion },
      purpose: PURPOSE,
      facts: {},
      provenance: { agency, event: eventId, convention },
    };
    const data = this.policy.read(held, identity.roles, this.clock.now())?.data;
    const read = (data ?? {}) as Partial<NoticeAcknowledgedV1>;
    return {
      role: read.role ?? null,
      unit: read.unit ?? null,
      acknowledgedAt: read.acknowledgedAt ?? null,
      recipientVersion: read.recipientVersion ?? null,
    };
  }
}

interface DeliveryRow {
  readonly event_id: string;
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
SELECT s.event_id, s.recipient, s.recipient_unit, s.state, s.reason, s.at, s.convention, s.audit_record, f.fields
  FROM messaging.delivery_status s LEFT JOIN messaging.decided_fields f ON f.digest = s.fields_digest
 WHERE s.case_id = $1 AND s.case_version = $2
 ORDER BY s.recipient, s.event_id`;

function deliveryOf(row: DeliveryRow, acknowledgements: readonly AcknowledgementView[]): NoticeDelivery {
  return {
    eventId: row.event_id,
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
