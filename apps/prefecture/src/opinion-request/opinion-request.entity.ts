import type { RevokedFields } from '@liaison/casework';
import type {
  OpinionRefusalReason,
  OpinionSubject,
  OpinionWithdrawalReason,
  PurgeReason,
} from '@liaison/contracts';
import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { OpinionState } from './opinion-request';

/** A request for an opinion. What was asked, in its words, is the event's document: it is not held twice. */
@Entity({ schema: 'prefecture', name: 'opinion_request' })
@Check('opinion_request_state', `state IN ('asked', 'answered', 'refused', 'withdrawn')`)
@Check('opinion_request_purged', 'num_nulls(purged_at, purge_reason) IN (0, 2)')
@Index('opinion_request_of_unit', ['unit', 'id'])
@Index('opinion_request_subject', ['subjectId'])
@Index('opinion_request_case', ['caseId'])
@Index('opinion_request_untold', { synchronize: false })
@Index('opinion_request_answer_event', ['answerEvent'])
@Index('opinion_request_keep_until', ['keepUntil'], {
  where: '((purged_at IS NULL) AND (answer_event IS NOT NULL))',
})
export class OpinionRequestRow {
  /** UUIDv7, and what the answer names. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'opinion_request_pkey' })
  id: string;

  @Column('text')
  unit: string;

  /** A case of its own, which only the agency that is asked knows. */
  @Column('uuid', { name: 'case_id' })
  caseId: string;

  /** Version of the case's document that asks. */
  @Column('int', { name: 'case_version' })
  caseVersion: number;

  @Column('text')
  subject: OpinionSubject;

  /** Id of the application, or of the notice. */
  @Column('uuid', { name: 'subject_id' })
  subjectId: string;

  /** Who is asked. */
  @Column('text')
  agency: string;

  @Column('text', { name: 'agency_unit' })
  agencyUnit: string;

  /** Last legal day for the answer, and the instant at which it is over. */
  @Column('date', { name: 'due_on' })
  dueOn: string;

  @Column('timestamptz', { name: 'due_at' })
  dueAt: Date;

  /** Pseudonym. */
  @Column('text', { name: 'asked_by' })
  askedBy: string;

  @Column('timestamptz', { name: 'asked_at' })
  askedAt: Date;

  @Column('text')
  state: OpinionState;

  /** Counts its changes, for `ETag`. */
  @Column('int')
  version: number;

  /** When the unit says that it answered. */
  @Column('timestamptz', { name: 'answered_at', nullable: true })
  answeredAt: Date | null;

  /** The event of the answer, and `<id>@<version>` of the convention that it came under. */
  @Column('uuid', { name: 'answer_event', nullable: true })
  answerEvent: string | null;

  @Column('text', { nullable: true })
  convention: string | null;

  /** The received version of a notice that answers it. */
  @Column('uuid', { name: 'notice_id', nullable: true })
  noticeId: string | null;

  /** Of a refusal. */
  @Column('text', { nullable: true })
  reason: OpinionRefusalReason | null;

  @Column('text', { nullable: true })
  explanation: string | null;

  @Column('timestamptz', { name: 'withdrawn_at', nullable: true })
  withdrawnAt: Date | null;

  @Column('text', { name: 'withdrawal_reason', nullable: true })
  withdrawalReason: OpinionWithdrawalReason | null;

  /** When the change feed told that it is overdue. */
  @Column('timestamptz', { name: 'overdue_told_at', nullable: true })
  overdueToldAt: Date | null;

  /** As long as the convention lets it be kept. */
  @Column('timestamptz', { name: 'keep_until', nullable: true })
  keepUntil: Date | null;

  /** Since when its sender has it shown to fewer. */
  @Column('timestamptz', { name: 'restricted_since', nullable: true })
  restrictedSince: Date | null;

  /** The same of some of its fields alone, and which are gone. */
  @Column('jsonb', { name: 'revoked_fields', default: [] })
  revokedFields: RevokedFields[];

  /** When its content went, and why. */
  @Column('timestamptz', { name: 'purged_at', nullable: true })
  purgedAt: Date | null;

  @Column('text', { name: 'purge_reason', nullable: true })
  purgeReason: PurgeReason | null;
}
