import type { RevokedFields } from '@liaison/casework';
import type {
  OpinionRefusalReason,
  OpinionRequestedV1,
  OpinionWithdrawalReason,
  PurgeReason,
} from '@liaison/contracts';
import { Check, Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';
import type { OpinionState } from './opinion-request';

/** A request for an opinion, as the check of the receipt left it. */
@Entity({ schema: 'police', name: 'opinion_request' })
@Unique('opinion_request_asked', ['agency', 'request'])
@Check('opinion_request_state', `state IN ('open', 'answered', 'refused', 'withdrawn', 'taken-back')`)
@Check('opinion_request_purged', 'num_nulls(purged_at, purge_reason) IN (0, 2)')
@Index('opinion_request_of_unit', ['unit', 'id'])
@Index('opinion_request_request', ['request'])
@Index('opinion_request_untold', { synchronize: false })
@Index('opinion_request_keep_until', ['keepUntil'], { where: '(purged_at IS NULL)' })
export class OpinionRequestRow {
  /** UUIDv7, this agency's own. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'opinion_request_pkey' })
  id: string;

  /** Who asks, and what the answer names. */
  @Column('text')
  agency: string;

  @Column('uuid')
  request: string;

  @Column('text')
  unit: string;

  /** This agency's own case of the request. */
  @Column('uuid', { name: 'case_id' })
  caseId: string;

  @Column('uuid', { name: 'event_id' })
  eventId: string;

  @Column('text')
  purpose: string;

  /** `<id>@<version>`: under which it came, and is read. */
  @Column('text')
  convention: string;

  @Column('json')
  content: Partial<OpinionRequestedV1>;

  @Column('json')
  withheld: string[];

  /** Id of the unit's own notice that it is about. */
  @Column('uuid', { nullable: true })
  about: string | null;

  @Column('timestamptz', { name: 'received_at' })
  receivedAt: Date;

  /** Last legal day for the answer, and the instant at which it is over. */
  @Column('date', { name: 'due_on', nullable: true })
  dueOn: string | null;

  @Column('timestamptz', { name: 'due_at', nullable: true })
  dueAt: Date | null;

  @Column('text')
  state: OpinionState;

  /** Counts its changes, for `ETag`. */
  @Column('int')
  version: number;

  @Column('timestamptz', { name: 'answered_at', nullable: true })
  answeredAt: Date | null;

  /** Pseudonym. */
  @Column('text', { name: 'answered_by', nullable: true })
  answeredBy: string | null;

  @Column('uuid', { name: 'notice_id', nullable: true })
  noticeId: string | null;

  /** Of a refusal; its words are in the event's document. */
  @Column('text', { nullable: true })
  reason: OpinionRefusalReason | null;

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
