import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { Draft, NoticeState } from './notice';

/** One notice of one unit. Its content is here while it is a draft, then in `messaging.event_document` only. */
@Entity({ schema: 'police', name: 'notice' })
@Index('notice_of_unit', ['unit', 'id'])
@Index('notice_case', ['caseId'], { unique: true })
@Check(
  'notice_state',
  `state = 'draft' AND draft IS NOT NULL AND num_nonnulls(case_id, case_version, issued_at) = 0
OR state = 'discarded' AND num_nonnulls(draft, case_id, case_version, issued_at) = 0
OR state IN ('issued', 'withdrawn', 'recalled') AND draft IS NULL
   AND num_nulls(case_id, case_version, issued_at) = 0`,
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

  /** Version of the case's document that holds the content: of the last version that was issued. */
  @Column('int', { name: 'case_version', nullable: true })
  caseVersion: number | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  @Column('timestamptz', { name: 'issued_at', nullable: true })
  issuedAt: Date | null;

  /** Agency ids: who had a version and gets no more. */
  @Column('text', { array: true, default: [] })
  earlier: string[];
}

/** What became of an issued notice: one row a change, never changed. */
@Entity({ schema: 'police', name: 'notice_change' })
export class NoticeChange {
  @PrimaryColumn('uuid', { name: 'notice_id', primaryKeyConstraintName: 'notice_change_pkey' })
  noticeId: string;

  /** The notice's, from that change on. */
  @PrimaryColumn('int', { primaryKeyConstraintName: 'notice_change_pkey' })
  version: number;

  /** Type of the event: `amended`, `moved`, `withdrawn`, `recalled`. */
  @Column('text')
  kind: string;

  @Column('text', { nullable: true })
  reason: string | null;

  /** Agency ids. */
  @Column('text', { array: true })
  told: string[];

  @Column('text')
  unit: string;

  /** Pseudonym. */
  @Column('text')
  author: string;

  @Column('timestamptz')
  at: Date;
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
