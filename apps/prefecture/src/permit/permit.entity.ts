import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import type { Holder } from '../holder';
import type { Despite } from '../notice/reliance';
import type { Ground, Permit, PermitKind, PermitState } from './permit';
import type { Situation } from './proposal';

/** One application and what became of it. Days are legal days of the préfecture's département, `YYYY-MM-DD`. */
@Entity({ schema: 'prefecture', name: 'residence_permit' })
@Check('residence_permit_granted', 'num_nulls(granted_on, valid_until) IN (0, 2)')
@Index('residence_permit_of_unit', ['unit', 'id'])
@Index('residence_permit_granted_on', ['grantedOn'])
@Index('residence_permit_of_case', ['caseId'], { where: 'case_id IS NOT NULL' })
export class PermitRow {
  /** UUIDv7: newest first is its order. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'residence_permit_pkey' })
  id: string;

  /** Where a notice has come. */
  @Column('uuid', { name: 'case_id', nullable: true })
  caseId: string | null;

  @Column('uuid', { name: 'notice_id', nullable: true })
  noticeId: string | null;

  /** The permit that this one renews. */
  @Column('uuid', { name: 'renewal_of', nullable: true })
  renewalOf: string | null;

  @ManyToOne(() => PermitRow)
  @JoinColumn({ name: 'renewal_of', foreignKeyConstraintName: 'residence_permit_renewal_of' })
  renewed?: Relation<PermitRow> | null;

  @Column('text')
  unit: string;

  @Column('json')
  holder: Holder;

  @Column('text')
  ground: Ground;

  @Column('text')
  kind: PermitKind;

  @Column('boolean')
  renewal: boolean;

  @Column('date', { name: 'lodged_on' })
  lodgedOn: string;

  /** Pseudonym. */
  @Column('text', { name: 'lodged_by' })
  lodgedBy: string;

  @Column('json')
  situation: Situation;

  @Column('text')
  state: PermitState;

  /** Counts its changes, for `ETag`. */
  @Column('int')
  version: number;

  /** Of `record`, for lists and statistics. */
  @Column('date', { name: 'granted_on', nullable: true })
  grantedOn: string | null;

  @Column('date', { name: 'valid_until', nullable: true })
  validUntil: string | null;

  /** As decisions see it. */
  @Column('json')
  record: Permit;

  /** Why it rests on a notice that no longer stands. */
  @Column('json', { nullable: true })
  despite: Despite | null;
}
