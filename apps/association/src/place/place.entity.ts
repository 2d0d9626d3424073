import type { DeclaredLodging, PlaceDeclaredV1 } from '@liaison/contracts';
import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** Where a place is. It reaches only those who take a child there (R23). */
export interface PlaceAddress {
  readonly line: string;
  readonly postalCode: string;
  readonly commune: string;
}

/** A place of this shelter. */
@Entity({ schema: 'shelter', name: 'place' })
@Check('place_lodging', `lodging IN ('registered-carer', 'authorised-establishment', 'declared-structure')`)
@Index('place_of_unit', ['unit', 'id'])
export class PlaceRow {
  /** UUIDv7, and that of its case in delivery. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'place_pkey' })
  id: string;

  @Column('text')
  unit: string;

  /** What the shelter calls it, for itself. */
  @Column('text')
  label: string;

  @Column('text')
  lodging: DeclaredLodging;

  @Column('text')
  departement: string;

  @Column('json')
  address: PlaceAddress;

  @Column('int', { name: 'ages_from' })
  agesFrom: number;

  @Column('int', { name: 'ages_to' })
  agesTo: number;

  @Column('text', { array: true })
  sexes: PlaceDeclaredV1['sexes'];

  @Column('text', { array: true })
  languages: string[];

  @Column('boolean', { name: 'trained_staff' })
  trainedStaff: boolean;

  @Column('boolean')
  secure: boolean;

  @Column('text', { array: true })
  schooling: PlaceDeclaredV1['schooling'];

  /** Beds. */
  @Column('int')
  capacity: number;

  /** Nobody is taken there any more where it is false. */
  @Column('boolean')
  open: boolean;

  /** Counts its changes, for `ETag`. */
  @Column('int')
  version: number;

  @Column('timestamptz', { name: 'declared_at' })
  declaredAt: Date;
}
