import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { Draft, NoticeState } from './notice';

/** One notice of one unit. Its content is here while it is a draft, then in `messaging.event_document` only. */
@Entity({ schema: 'police', name: 'notice' })
@Index('notice_of_unit', ['unit', 'id'])
@Index('notice_case', ['caseId'], { unique: true })
@Check(
  'notice_state',
  `state = 'draft' AND draft IS NOT NULL AND num_nonnulls(case_id, case_version, issued_at) = 0
          OR state = 'issued' AND draft IS NULL AND num_nulls(case_id, case_version, issued_at) = 0`,
)
export class NoticeRow {
  /** UUIDv7: newest first is its order. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'notice_pkey' })
  id: string;

  /** The author's. Other units of the agency do not learn that the notice exists. */
  @Column('text')
  unit: string;

  /** Pseudonym. */
  @Column('text')
  author: string;

  @Column('text')
  state: NoticeState;

  /** Counts the author's changes, for `ETag`. */
  @Column('int')
  version: number;

  @Column('json', { nullable: true })
  draft: Draft | null;

  @Column('uuid', { name: 'case_id', nullable: true })
  caseId: string | null;

  /** Version of the case's document that was issued. */
  @Column('int', { name: 'case_version', nullable: true })
  caseVersion: number | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  @Column('timestamptz', { name: 'issued_at', nullable: true })
  issuedAt: Date | null;
}

/** What a recipient said of a notice, with where it came from. A field that its convention holds back is null. */
@Entity({ schema: 'police', name: 'notice_acknowledgement' })
@Index('notice_acknowledgement_notice', ['noticeId'])
export class NoticeAcknowledgement {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'notice_acknowledgement_pkey' })
  agency: string;

  @PrimaryColumn('uuid', { name: 'event_id', primaryKeyConstraintName: 'notice_acknowledgement_pkey' })
  eventId: string;

  /** The sender's, within the case: later acknowledgements have higher ones. */
  @Column('int')
  sequence: number;

  /** `<id>@<version>` */
  @Column('text')
  convention: string;

  @Column('uuid', { name: 'notice_id' })
  noticeId: string;

  @Column('text', { nullable: true })
  role: string | null;

  @Column('text', { nullable: true })
  unit: string | null;

  @Column('timestamptz', { name: 'acknowledged_at', nullable: true })
  acknowledgedAt: Date | null;

  @Column('int', { name: 'recipient_version', nullable: true })
  recipientVersion: number | null;

  @Column('timestamptz', { name: 'received_at' })
  receivedAt: Date;
}
