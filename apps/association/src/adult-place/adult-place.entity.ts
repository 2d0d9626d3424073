import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { BedPlace } from '../beds/beds.entity';

/** A place of this shelter for adults, in the network (Ac.Sé). */
@Entity({ schema: 'shelter', name: 'adult_place' })
@Index('adult_place_of_unit', ['unit', 'id'])
export class AdultPlaceRow extends BedPlace {
  /** UUIDv7, and that of its case in delivery. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'adult_place_pkey' })
  id: string;

  /** One of the emergency places of Paris, for those who cooperate with justice (measure 8). */
  @Column('boolean')
  emergency: boolean;

  /** Whom the police send there is not evaluated first (S2 4.1.3). */
  @Column('boolean', { name: 'takes_from_police' })
  takesFromPolice: boolean;
}
