import type { NoticeIssuedV2, PurgeReason } from '@liaison/contracts';
import type { Provenance } from '@liaison/messaging';
import { Check, Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';
import type { RevokedFields } from '../after-sharing/revoked-fields';
import type { NoticeStanding, NoticeState } from './notice';

/** One version of a notice, as the check of the receipt left it. */
@Entity({ schema: 'notice', name: 'received_notice' })
@Unique('received_notice_event', ['sender', 'eventId'])
@Check('received_notice_state', `state IN ('new', 'acknowledged', 'voided')`)
@Check('received_notice_standing', `standing IN ('current', 'superseded', 'withdrawn', 'recalled')`)
@Check(
  'received_notice_purged',
  `num_nulls(purged_at, purge_reason) IN (0, 2) AND (purged_at IS NULL OR state = 'voided')`,
)
@Index('received_notice_keep_until', ['keepUntil'], { where: `state <> 'voided'` })
@Index('received_notice_inbox', ['unit', 'receivedAt', 'id'])
@Index('received_notice_case', ['caseId', 'unit', 'recipientVersion', 'receivedAt'])
export class ReceivedNotice {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'received_notice_pkey' })
  id: string;

  /** This agency's own case. */
  @Column('uuid', { name: 'case_id' })
  caseId: string;

  @Column('text')
  sender: string;

  /** The case's pairwise reference towards the sender. */
  @Column('uuid')
  reference: string;

  @Column('uuid', { name: 'event_id' })
  eventId: string;

  @Column('int', { name: 'recipient_version' })
  recipientVersion: number;

  @Column('text')
  unit: string;

  @Column('timestamptz', { name: 'received_at' })
  receivedAt: Date;

  @Column('text')
  purpose: string;

  /** `<id>@<version>`: under which it was released, and is read. */
  @Column('text')
  convention: string;

  @Column('text', { nullable: true })
  departement: string | null;

  @Column('json')
  content: Partial<NoticeIssuedV2>;

  @Column('json')
  withheld: string[];

  /** By section of the content: the third-party rule needs it for ever. */
  @Column('json')
  provenance: Record<string, Provenance>;

  @Column('timestamptz', { name: 'acknowledge_by', nullable: true })
  acknowledgeBy: Date | null;

  @Column('text')
  state: NoticeState;

  /** Counts the changes of this row, for `ETag`. */
  @Column('int')
  version: number;

  @Column('timestamptz', { name: 'acknowledged_at', nullable: true })
  acknowledgedAt: Date | null;

  /** Version of the case's document that is the acknowledgement: its deliveries are found by it. */
  @Column('int', { name: 'acknowledgement_version', nullable: true })
  acknowledgementVersion: number | null;

  /** The event that it came as: the first version of a notice, or a later one. */
  @Column('text', { default: 'liaison.notice.issued.v1' })
  type: string;

  @Column('text', { default: 'current' })
  standing: NoticeStanding;

  /** One of a few words. */
  @Column('text', { name: 'standing_reason', nullable: true })
  standingReason: string | null;

  @Column('timestamptz', { name: 'standing_since', nullable: true })
  standingSince: Date | null;

  /** The end of its convention's term; null where it states none. */
  @Column('timestamptz', { name: 'keep_until', nullable: true })
  keepUntil: Date | null;

  /** A ground on which it was shared has ended: since then it is shown to fewer. */
  @Column('timestamptz', { name: 'restricted_since', nullable: true })
  restrictedSince: Date | null;

  /** The same of some of its fields alone, and which are gone. */
  @Column('jsonb', { name: 'revoked_fields', default: [] })
  revokedFields: RevokedFields[];

  /** Where it is empty although its sender did not take it back. */
  @Column('timestamptz', { name: 'purged_at', nullable: true })
  purgedAt: Date | null;

  @Column('text', { name: 'purge_reason', nullable: true })
  purgeReason: PurgeReason | null;
}
