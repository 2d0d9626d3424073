import type { PartnerAnsweredV1, PurgeReason } from '@liaison/contracts';
import { Check, Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';
import type { RevokedFields } from '../after-sharing/revoked-fields';
import type { AnswerState } from './partner-answer';

/** An answer of this agency. What it says is the event's document. */
@Entity({ schema: 'partner', name: 'answer_given' })
@Index('answer_given_of_case', ['caseId', 'id'])
export class GivenAnswerRow {
  /** UUIDv7 */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'answer_given_pkey' })
  id: string;

  /** This agency's own case. */
  @Column('uuid', { name: 'case_id' })
  caseId: string;

  @Column('text')
  unit: string;

  /** Pseudonym. */
  @Column('text')
  author: string;

  /** Who brought the case here, and gets the answer. */
  @Column('text')
  agency: string;

  @Column('timestamptz', { name: 'answered_at' })
  answeredAt: Date;

  /** Id in `messaging.cases`. */
  @Column('uuid', { name: 'delivered_case' })
  deliveredCase: string;

  /** Of the case's documents, the one that is the answer. */
  @Column('int', { name: 'case_version' })
  caseVersion: number;
}

/** An answer that came, as the check of the receipt left it. */
@Entity({ schema: 'partner', name: 'answer_received' })
@Unique('answer_received_event', ['sender', 'eventId'])
@Check('answer_received_state', `state IN ('new', 'noted', 'voided')`)
@Check('answer_received_noted', 'num_nulls(noted_at, noted_by) IN (0, 2)')
@Check(
  'answer_received_purged',
  `num_nulls(purged_at, purge_reason) IN (0, 2) AND (purged_at IS NULL OR state = 'voided')`,
)
@Index('answer_received_of_unit', ['unit', 'receivedAt', 'id'])
@Index('answer_received_of_case', ['caseId'])
@Index('answer_received_keep_until', ['keepUntil'], { where: `state <> 'voided'` })
export class ReceivedAnswerRow {
  /** UUIDv7 */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'answer_received_pkey' })
  id: string;

  /** This agency's own case. */
  @Column('uuid', { name: 'case_id' })
  caseId: string;

  @Column('text')
  unit: string;

  @Column('text')
  sender: string;

  /** The case's pairwise reference towards the sender. */
  @Column('uuid')
  reference: string;

  @Column('uuid', { name: 'event_id' })
  eventId: string;

  @Column('timestamptz', { name: 'received_at' })
  receivedAt: Date;

  @Column('text')
  purpose: string;

  /** `<id>@<version>` */
  @Column('text')
  convention: string;

  @Column('json')
  content: Partial<PartnerAnsweredV1>;

  @Column('json')
  withheld: string[];

  @Column('text')
  state: AnswerState;

  /** Counts the changes of this row, for `ETag`. */
  @Column('int')
  version: number;

  @Column('timestamptz', { name: 'noted_at', nullable: true })
  notedAt: Date | null;

  /** Pseudonym. */
  @Column('text', { name: 'noted_by', nullable: true })
  notedBy: string | null;

  /** The end of its convention's term; null where it states none. */
  @Column('timestamptz', { name: 'keep_until', nullable: true })
  keepUntil: Date | null;

  /** A ground on which it was shared has ended: since then it is shown to fewer. */
  @Column('timestamptz', { name: 'restricted_since', nullable: true })
  restrictedSince: Date | null;

  /** The same of some of its fields alone, and which are gone. */
  @Column('jsonb', { name: 'revoked_fields', default: [] })
  revokedFields: RevokedFields[];

  @Column('timestamptz', { name: 'purged_at', nullable: true })
  purgedAt: Date | null;

  @Column('text', { name: 'purge_reason', nullable: true })
  purgeReason: PurgeReason | null;
}

export const PARTNER_ANSWER_ENTITIES = [GivenAnswerRow, ReceivedAnswerRow];
