import type { OrderedLodging, OrderingAuthority } from '@liaison/contracts';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** An order of a judge that this agency has sent to child protection. Whom it is for stands in its document. */
@Entity({ schema: 'placement_order', name: 'made' })
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
}
