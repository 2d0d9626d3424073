import type { RevokedFields } from '@liaison/casework';
import type { PurgeReason } from '@liaison/contracts';
import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A removal measure during the reflection period of somebody whom this agency signalled. What is held back is null. */
@Entity({ schema: 'police', name: 'breach' })
@Check('breach_purged', 'num_nulls(purged_at, purge_reason) IN (0, 2)')
@Index('breach_notice', ['noticeId'])
@Index('breach_of_unit', ['unit', 'receivedAt'])
@Index('breach_unnoted', ['acknowledgeBy'], {
  where: '((acknowledged_at IS NULL) AND (remedied_on IS NULL) AND (voided_at IS NULL))',
})
@Index('breach_keep_until', ['keepUntil'], { where: '(purged_at IS NULL)' })
export class BreachRow {
  /** The préfecture that reported it. */
  @PrimaryColumn('text', { primaryKeyConstraintName: 'breach_pkey' })
  agency: string;

  @PrimaryColumn('uuid', { name: 'breach_id', primaryKeyConstraintName: 'breach_pkey' })
  breachId: string;

  /** The newest that came, in whatever order. */
  @Column('int')
  revision: number;

  @Column('uuid', { name: 'notice_id' })
  noticeId: string;

  @Column('uuid', { name: 'event_id' })
  eventId: string;

  /** `<id>@<version>` */
  @Column('text')
  convention: string;

  @Column('text', { nullable: true })
  measure: string | null;

  @Column('date', { name: 'taken_on', nullable: true })
  takenOn: string | null;

  @Column('date', { name: 'period_from', nullable: true })
  periodFrom: string | null;

  @Column('date', { name: 'period_until', nullable: true })
  periodUntil: string | null;

  @Column('text', { nullable: true })
  article: string | null;

  @Column('text', { nullable: true })
  departement: string | null;

  @Column('timestamptz', { name: 'reported_at', nullable: true })
  reportedAt: Date | null;

  @Column('date', { name: 'remedied_on', nullable: true })
  remediedOn: string | null;

  @Column('timestamptz', { name: 'received_at' })
  receivedAt: Date;

  /** Whose notice it is. */
  @Column('text')
  unit: string;

  /** Until when the convention asks for somebody to take note, */
  @Column('timestamptz', { name: 'acknowledge_by', nullable: true })
  acknowledgeBy: Date | null;

  /** and which contact point of this agency it goes to when nobody has. */
  @Column('text', { name: 'contact_point', nullable: true })
  contactPoint: string | null;

  @Column('timestamptz', { name: 'acknowledged_at', nullable: true })
  acknowledgedAt: Date | null;

  /** Pseudonym. */
  @Column('text', { name: 'acknowledged_by', nullable: true })
  acknowledgedBy: string | null;

  /** It was reported by mistake. */
  @Column('timestamptz', { name: 'voided_at', nullable: true })
  voidedAt: Date | null;

  @Column('text', { name: 'void_reason', nullable: true })
  voidReason: string | null;

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
