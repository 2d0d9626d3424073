import type { PlacementOfferedV1 } from '@liaison/contracts';
import { Check, Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';
import { BedOffer, type BedState, IS_BED_STATE } from '../beds/beds.entity';

/** What child protection asked for, as the check of the receipt left it. Once no bed is taken, nothing of the children stays. */
@Entity({ schema: 'shelter', name: 'offer' })
@Unique('offer_case', ['caseId'])
@Unique('offer_event', ['sender', 'eventId'])
@Check('offer_state', IS_BED_STATE)
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
  state: BedState;

  /** The first day there, as child protection says; also where it crossed that the shelter gave the bed away. */
  @Column('date', { name: 'admitted_on', nullable: true })
  admittedOn: string | null;
}
