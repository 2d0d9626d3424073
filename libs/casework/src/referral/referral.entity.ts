import type { RevokedFields } from '../after-sharing/revoked-fields';
import type { Danger, PurgeReason, ReferralMadeV1 } from '@liaison/contracts';
import { Check, Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';
import type { ReceivedState } from './received-referral';
import type { ReferralDuty, ReferralState } from './referral';

/** A referral that this agency made. What it says is the event's document: it is not held twice. */
@Entity({ schema: 'referral', name: 'made' })
@Check('made_state', `state IN ('sent', 'acknowledged')`)
@Index('made_of_unit', ['unit', 'id'])
export class MadeReferralRow {
  /** UUIDv7, and that of its case. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'made_pkey' })
  id: string;

  @Column('text')
  unit: string;

  /** Pseudonym. */
  @Column('text')
  author: string;

  @Column('timestamptz', { name: 'made_at' })
  madeAt: Date;

  /** Where the child was found. */
  @Column('text')
  departement: string;

  @Column('text')
  danger: Danger;

  /** The procureur was to be told, and the directory names none. */
  @Column('boolean', { name: 'prosecutor_missing' })
  prosecutorMissing: boolean;

  @Column('text')
  state: ReferralState;

  /** Counts its changes, for `ETag`. */
  @Column('int')
  version: number;
}

/** An agency that was told, and what it has said. */
@Entity({ schema: 'referral', name: 'told' })
@Check('told_duty', `duty IN ('child-protection', 'prosecutor')`)
@Index('told_untold', { synchronize: false })
@Index('told_unstopped', { synchronize: false })
export class ToldAgencyRow {
  @PrimaryColumn('uuid', { name: 'referral_id', primaryKeyConstraintName: 'told_pkey' })
  referralId: string;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'told_pkey' })
  agency: string;

  @Column('text')
  unit: string;

  @Column('text')
  duty: ReferralDuty;

  /** Version of the case's document that went to it last. */
  @Column('int', { name: 'case_version' })
  caseVersion: number;

  /** By the convention of then; null where none says. */
  @Column('timestamptz', { name: 'acknowledge_by', nullable: true })
  acknowledgeBy: Date | null;

  /** When it says that it took note. */
  @Column('timestamptz', { name: 'acknowledged_at', nullable: true })
  acknowledgedAt: Date | null;

  @Column('text', { nullable: true })
  role: string | null;

  @Column('uuid', { name: 'acknowledgement_event', nullable: true })
  acknowledgementEvent: string | null;

  /** When the change feed told that it is overdue. */
  @Column('timestamptz', { name: 'overdue_told_at', nullable: true })
  overdueToldAt: Date | null;

  /** When the change feed told that it has stopped on its way. */
  @Column('timestamptz', { name: 'stopped_told_at', nullable: true })
  stoppedToldAt: Date | null;
}

/** A referral that came, as the check of the receipt left it. */
@Entity({ schema: 'referral', name: 'received' })
@Unique('received_event', ['sender', 'eventId'])
@Check('received_state', `state IN ('new', 'acknowledged', 'voided')`)
@Check(
  'received_purged',
  `num_nulls(purged_at, purge_reason) IN (0, 2) AND (purged_at IS NULL OR state = 'voided')`,
)
@Index('received_of_unit', ['unit', 'receivedAt', 'id'])
@Index('received_of_case', ['caseId'])
@Index('received_keep_until', ['keepUntil'], { where: `state <> 'voided'` })
@Index('received_untold', { synchronize: false })
export class ReceivedReferralRow {
  /** UUIDv7 */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'received_pkey' })
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

  @Column('text')
  unit: string;

  @Column('timestamptz', { name: 'received_at' })
  receivedAt: Date;

  @Column('text')
  purpose: string;

  /** `<id>@<version>` */
  @Column('text')
  convention: string;

  @Column('text', { nullable: true })
  departement: string | null;

  @Column('json')
  content: Partial<ReferralMadeV1>;

  @Column('json')
  withheld: string[];

  @Column('timestamptz', { name: 'acknowledge_by', nullable: true })
  acknowledgeBy: Date | null;

  @Column('text')
  state: ReceivedState;

  /** Counts the changes of this row, for `ETag`. */
  @Column('int')
  version: number;

  @Column('timestamptz', { name: 'acknowledged_at', nullable: true })
  acknowledgedAt: Date | null;

  /** The end of its convention's term; null where it states none. */
  @Column('timestamptz', { name: 'keep_until', nullable: true })
  keepUntil: Date | null;

  /** A ground on which it was shared has ended: since then it is shown to fewer. */
  @Column('timestamptz', { name: 'restricted_since', nullable: true })
  restrictedSince: Date | null;

  @Column('jsonb', { name: 'revoked_fields', default: [] })
  revokedFields: RevokedFields[];

  @Column('timestamptz', { name: 'purged_at', nullable: true })
  purgedAt: Date | null;

  @Column('text', { name: 'purge_reason', nullable: true })
  purgeReason: PurgeReason | null;

  /** When the change feed told that it is overdue. */
  @Column('timestamptz', { name: 'overdue_told_at', nullable: true })
  overdueToldAt: Date | null;
}

export const REFERRAL_ENTITIES = [MadeReferralRow, ToldAgencyRow, ReceivedReferralRow];
