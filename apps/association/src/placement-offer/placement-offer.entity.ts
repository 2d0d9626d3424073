import type { PlacementOfferedV1 } from '@liaison/contracts';
import { Check, Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';
import { BedOffer } from '../beds/beds.entity';

export const OFFER_STATES = [
  'held',
  'refused',
  'accepted',
  'admitted',
  'left',
  'declined',
  'lapsed',
  'withdrawn',
] as const;
export type OfferState = (typeof OFFER_STATES)[number];

/** What child protection asked for, as the check of the receipt left it. Once no bed is taken, nothing of the children stays. */
@Entity({ schema: 'shelter', name: 'offer' })
@Unique('offer_case', ['caseId'])
@Unique('offer_event', ['sender', 'eventId'])
@Check(
  'offer_state',
  `state IN ('held', 'refused', 'accepted', 'admitted', 'left', 'declined', 'lapsed', 'withdrawn')`,
)
@Index('offer_of_unit', ['unit', 'receivedAt', 'id'])
@Index('offer_takes_beds', ['placeId'], { where: `state IN ('held', 'accepted', 'admitted')` })
@Index('offer_lapses', ['answerBy'], { where: `state = 'held'` })
export class OfferRow extends BedOffer {
  /** UUIDv7 */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'offer_pkey' })
  id: string;

  @Column('json')
  content: Partial<PlacementOfferedV1>;

  @Column('text')
  state: OfferState;

  /** The first day there, as child protection says; also where it crossed that the shelter gave the bed away. */
  @Column('date', { name: 'admitted_on', nullable: true })
  admittedOn: string | null;
}
