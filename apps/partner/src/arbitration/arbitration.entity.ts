import type { CompetenceEscalatedV1, CompetenceLevel, CompetenceOutcome } from '@liaison/contracts';
import type { ArbitrationState } from '@liaison/placement';
import { Check, Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';

/** A conflict of competence between two départements that this agency is asked to decide. Nothing about the child (R34). */
@Entity({ schema: 'arbitration', name: 'asked' })
@Unique('arbitration_conflict', ['sender', 'conflict'])
@Check('arbitration_state', `state IN ('open', 'decided', 'left-undecided', 'closed')`)
@Check('arbitration_answered', 'num_nulls(answered_at, answered_by) IN (0, 2)')
@Index('arbitration_of_unit', ['unit', 'receivedAt', 'id'])
@Index('arbitration_open', ['decideBy'], { where: `state = 'open'` })
@Index('arbitration_keep_until', ['keepUntil'], { where: 'emptied_at IS NULL' })
export class ArbitrationRow {
  /** UUIDv7 */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'arbitration_pkey' })
  id: string;

  @Column('text')
  unit: string;

  /** Of this agency, for the answer; no case of a person. */
  @Column('uuid', { name: 'case_id' })
  caseId: string;

  /** Child protection of the département that shelters the child. */
  @Column('text')
  sender: string;

  /** As its sender names it. */
  @Column('uuid')
  conflict: string;

  /** Of the last time that it was asked. */
  @Column('uuid', { name: 'event_id' })
  eventId: string;

  @Column('timestamptz', { name: 'received_at' })
  receivedAt: Date;

  @Column('text')
  purpose: string;

  /** `<id>@<version>` */
  @Column('text')
  convention: string;

  @Column('text')
  level: CompetenceLevel;

  @Column('text')
  sheltering: string;

  @Column('text')
  claimed: string;

  /** Empty once it was kept as long as its convention says. */
  @Column('json')
  content: Partial<CompetenceEscalatedV1>;

  @Column('timestamptz', { name: 'decide_by' })
  decideBy: Date;

  @Column('text')
  state: ArbitrationState;

  /** Counts its changes, for `ETag`. */
  @Column('int')
  version: number;

  @Column('text', { nullable: true })
  competent: string | null;

  /** How it ended elsewhere. */
  @Column('text', { nullable: true })
  outcome: CompetenceOutcome | null;

  @Column('timestamptz', { name: 'answered_at', nullable: true })
  answeredAt: Date | null;

  /** Pseudonym. */
  @Column('text', { name: 'answered_by', nullable: true })
  answeredBy: string | null;

  @Column('timestamptz', { name: 'keep_until', nullable: true })
  keepUntil: Date | null;

  @Column('timestamptz', { name: 'emptied_at', nullable: true })
  emptiedAt: Date | null;

  @Column('timestamptz', { name: 'overdue_told_at', nullable: true })
  overdueToldAt: Date | null;
}
