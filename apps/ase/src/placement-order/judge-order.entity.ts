import type { OrderObstacle, PlacementOrderedV1, PurgeReason } from '@liaison/contracts';
import type { RevokedFields } from '@liaison/casework';
import type { Criterion, JudgeOrderState, Lodging } from '@liaison/placement';
import { Check, Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';

/** An order of a judge that came, as the check of the receipt left it, and how it is obeyed. */
@Entity({ schema: 'placement', name: 'judge_order' })
@Unique('judge_order_event', ['sender', 'eventId'])
@Check('judge_order_state', `state IN ('received', 'obeyed', 'not-executed', 'lifted', 'taken-back')`)
@Check('judge_order_purged', 'num_nulls(purged_at, purge_reason) IN (0, 2)')
@Index('judge_order_of_unit', ['unit', 'receivedAt', 'id'])
@Index('judge_order_of_request', ['requestId'])
@Index('judge_order_keep_until', ['keepUntil'], { where: 'purged_at IS NULL' })
export class JudgeOrderRow {
  /** UUIDv7 */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'judge_order_pkey' })
  id: string;

  /** Of delivery: the order’s own, by which nobody knows the child. */
  @Column('uuid', { name: 'delivered_case' })
  deliveredCase: string;

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
  content: Partial<PlacementOrderedV1>;

  @Column('json')
  withheld: string[];

  /** Where and how the child is to live; absent: child protection chooses. */
  @Column('text', { nullable: true })
  departement: string | null;

  @Column('text', { nullable: true })
  lodging: Lodging | null;

  @Column('text')
  state: JudgeOrderState;

  /** Counts its changes, for `ETag`. */
  @Column('int')
  version: number;

  /** Criteria of rules that it contradicts, by the needs of the child. */
  @Column('text', { array: true })
  contradicts: Criterion[];

  /** The search for a place that obeys it, and the last offer that does. */
  @Column('uuid', { name: 'request_id', nullable: true })
  requestId: string | null;

  @Column('uuid', { name: 'offer_id', nullable: true })
  offerId: string | null;

  @Column('timestamptz', { name: 'obeyed_at', nullable: true })
  obeyedAt: Date | null;

  @Column('text', { name: 'obeyed_by', nullable: true })
  obeyedBy: string | null;

  /** Why it cannot be executed, as the judge was told. */
  @Column('text', { nullable: true })
  obstacle: OrderObstacle | null;

  /** When the judge was told last what followed. */
  @Column('timestamptz', { name: 'answered_at', nullable: true })
  answeredAt: Date | null;

  @Column('date', { name: 'lifted_on', nullable: true })
  liftedOn: string | null;

  @Column('timestamptz', { name: 'lifted_at', nullable: true })
  liftedAt: Date | null;

  @Column('timestamptz', { name: 'keep_until', nullable: true })
  keepUntil: Date | null;

  @Column('timestamptz', { name: 'restricted_since', nullable: true })
  restrictedSince: Date | null;

  @Column('jsonb', { name: 'revoked_fields', default: [] })
  revokedFields: RevokedFields[];

  @Column('timestamptz', { name: 'purged_at', nullable: true })
  purgedAt: Date | null;

  @Column('text', { name: 'purge_reason', nullable: true })
  purgeReason: PurgeReason | null;
}
