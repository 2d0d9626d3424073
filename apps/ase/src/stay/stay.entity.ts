import type { FamilyPart, StayEnd } from '@liaison/placement';
import { Check, Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';

/** A child, or siblings who stay together, in the place that was accepted for them. */
@Entity({ schema: 'placement', name: 'stay' })
@Unique('stay_of_offer', ['offerId'])
@Check('stay_ended', 'num_nulls(ended_at, ended_on, end_reason) IN (0, 3)')
@Index('stay_of_unit', ['unit', 'id'])
@Index('stay_of_case', ['caseId'])
@Index('stay_due', ['dueAt'], { where: 'ended_on IS NULL' })
export class StayRow {
  /** UUIDv7 */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'stay_pkey' })
  id: string;

  @Column('uuid', { name: 'request_id' })
  requestId: string;

  @Column('uuid', { name: 'offer_id' })
  offerId: string;

  /** The child's. */
  @Column('uuid', { name: 'case_id' })
  caseId: string;

  @Column('text')
  unit: string;

  /** Pseudonym. */
  @Column('text')
  author: string;

  @Column('timestamptz', { name: 'admitted_at' })
  admittedAt: Date;

  @Column('date', { name: 'from_day' })
  from: string;

  /** In a secure place only: its term (R27). */
  @Column('date', { name: 'last_day', nullable: true })
  lastDay: string | null;

  /** When the last day is over. */
  @Column('timestamptz', { name: 'due_at', nullable: true })
  dueAt: Date | null;

  /** The midnight of the eighteenth birthday, where one is relied on (R17), from the case's facts of this version. */
  @Column('timestamptz', { name: 'of_age_at', nullable: true })
  ofAgeAt: Date | null;

  @Column('bigint', { name: 'facts_version' })
  factsVersion: string;

  @Column('int')
  renewals: number;

  @Column('timestamptz', { name: 'renewed_at', nullable: true })
  renewedAt: Date | null;

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt: Date | null;

  @Column('date', { name: 'ended_on', nullable: true })
  endedOn: string | null;

  @Column('text', { name: 'end_reason', nullable: true })
  endReason: StayEnd | null;

  /** Counts its changes, for `ETag`. */
  @Column('int')
  version: number;

  /** When the change feed told that its term ends within thirty days, that it is over, and that the child is of age. */
  @Column('timestamptz', { name: 'ending_told_at', nullable: true })
  endingToldAt: Date | null;

  @Column('timestamptz', { name: 'overdue_told_at', nullable: true })
  overdueToldAt: Date | null;

  @Column('timestamptz', { name: 'of_age_told_at', nullable: true })
  ofAgeToldAt: Date | null;
}

/** What somebody of the family takes part in, after it was checked that they take no part in the exploitation (R26). */
@Entity({ schema: 'placement', name: 'family_part' })
@Index('family_part_of_stay', ['stayId'])
export class FamilyPartRow {
  /** UUIDv7 */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'family_part_pkey' })
  id: string;

  @Column('uuid', { name: 'stay_id' })
  stayId: string;

  @Column('text')
  unit: string;

  /** Pseudonym of whoever answers for the check. */
  @Column('text')
  author: string;

  @Column('timestamptz', { name: 'allowed_at' })
  allowedAt: Date;

  @Column('text')
  part: FamilyPart;
}

export const STAY_ENTITIES = [StayRow, FamilyPartRow];
