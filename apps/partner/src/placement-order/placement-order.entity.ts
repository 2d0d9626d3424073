import type {
  OrderContradiction,
  OrderedLodging,
  OrderingAuthority,
  OrderObstacle,
} from '@liaison/contracts';
import type { MadeOrderState } from '@liaison/placement';
import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** An order of a judge that this agency has sent to child protection. Whom it is for stands in its document. */
@Entity({ schema: 'placement_order', name: 'made' })
@Check('made_order_state', `state IN ('sent', 'obeyed', 'not-executed', 'lifted')`)
@Check(
  'made_order_lifted',
  `num_nulls(lifted_by, lifted_on, lifted_at, lift_author) IN (0, 4) AND (state = 'lifted') = (lifted_at IS NOT NULL)`,
)
@Index('made_order_of_unit', ['unit', 'id'])
@Index('made_order_of_case', ['caseId'])
export class MadeOrderRow {
  /** UUIDv7, and that of its case in delivery. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'made_order_pkey' })
  id: string;

  /** The child's. */
  @Column('uuid', { name: 'case_id' })
  caseId: string;

  @Column('text')
  unit: string;

  /** Pseudonym. */
  @Column('text')
  author: string;

  @Column('timestamptz', { name: 'sent_at' })
  sentAt: Date;

  @Column('text')
  agency: string;

  @Column('text', { name: 'ordered_by' })
  orderedBy: OrderingAuthority;

  @Column('date', { name: 'ordered_on' })
  orderedOn: string;

  @Column('date', { name: 'until_day', nullable: true })
  until: string | null;

  @Column('text', { nullable: true })
  departement: string | null;

  @Column('text', { nullable: true })
  lodging: OrderedLodging | null;

  @Column('text', { default: 'sent' })
  state: MadeOrderState;

  /** Counts its changes, for `ETag`. */
  @Column('int', { default: 1 })
  version: number;

  /** What child protection says that it contradicts (R24, R25). */
  @Column('text', { array: true, default: [] })
  contradicts: OrderContradiction[];

  /** Why child protection says that it cannot be executed. */
  @Column('text', { nullable: true })
  obstacle: OrderObstacle | null;

  @Column('timestamptz', { name: 'answered_at', nullable: true })
  answeredAt: Date | null;

  @Column('text', { name: 'lifted_by', nullable: true })
  liftedBy: OrderingAuthority | null;

  @Column('date', { name: 'lifted_on', nullable: true })
  liftedOn: string | null;

  @Column('timestamptz', { name: 'lifted_at', nullable: true })
  liftedAt: Date | null;

  /** Pseudonym. */
  @Column('text', { name: 'lift_author', nullable: true })
  liftAuthor: string | null;
}
