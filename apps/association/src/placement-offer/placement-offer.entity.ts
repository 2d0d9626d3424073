import type { DeclineReason, PlacementOfferedV1 } from '@liaison/contracts';
import { Check, Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';

export const OFFER_STATES = ['held', 'refused', 'accepted', 'declined', 'lapsed', 'withdrawn'] as const;
export type OfferState = (typeof OFFER_STATES)[number];

/** What child protection asked for, as the check of the receipt left it. Once no bed is taken, nothing of the children stays. */
@Entity({ schema: 'shelter', name: 'offer' })
@Unique('offer_case', ['caseId'])
@Unique('offer_event', ['sender', 'eventId'])
@Check('offer_state', `state IN ('held', 'refused', 'accepted', 'declined', 'lapsed', 'withdrawn')`)
@Index('offer_of_unit', ['unit', 'receivedAt', 'id'])
@Index('offer_takes_beds', ['placeId'], { where: `state IN ('held', 'accepted')` })
@Index('offer_lapses', ['answerBy'], { where: `state = 'held'` })
export class OfferRow {
  /** UUIDv7 */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'offer_pkey' })
  id: string;

  /** This agency's own, in delivery. */
  @Column('uuid', { name: 'case_id' })
  caseId: string;

  @Column('uuid', { name: 'place_id' })
  placeId: string;

  /** The place's. */
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
  content: Partial<PlacementOfferedV1>;

  @Column('json')
  withheld: string[];

  /** As many as children. */
  @Column('int')
  beds: number;

  /** From then on a bed that is only held is free again. */
  @Column('timestamptz', { name: 'answer_by' })
  answerBy: Date;

  @Column('text')
  state: OfferState;

  /** Counts the changes of this row, for `ETag`. */
  @Column('int')
  version: number;

  @Column('timestamptz', { name: 'answered_at', nullable: true })
  answeredAt: Date | null;

  @Column('text', { nullable: true })
  reason: DeclineReason | null;
}
