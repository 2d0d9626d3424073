import type { DeclaredLodging, PlaceDeclaredV1 } from '@liaison/contracts';
import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { BedPlace } from '../beds/beds.entity';

/** A place of this shelter for children. */
@Entity({ schema: 'shelter', name: 'place' })
@Check('place_lodging', `lodging IN ('registered-carer', 'authorised-establishment', 'declared-structure')`)
@Index('place_of_unit', ['unit', 'id'])
export class PlaceRow extends BedPlace {
  /** UUIDv7, and that of its case in delivery. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'place_pkey' })
  id: string;

  @Column('text')
  lodging: DeclaredLodging;

  @Column('int', { name: 'ages_from' })
  agesFrom: number;

  @Column('int', { name: 'ages_to' })
  agesTo: number;

  @Column('boolean', { name: 'trained_staff' })
  trainedStaff: boolean;

  @Column('boolean')
  secure: boolean;

  @Column('text', { array: true })
  schooling: PlaceDeclaredV1['schooling'];
}
