import type { DeclaredLodging, PlaceDeclaredV1 } from '@liaison/contracts';
import { Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';

/** A place as its shelter described it last. Where it is, this agency does not know. */
@Entity({ schema: 'placement', name: 'place' })
@Unique('place_reference', ['shelter', 'reference'])
@Index('place_open', ['id'], { where: 'open' })
export class PlaceRow {
  /** UUIDv7; this agency's own. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'place_pkey' })
  id: string;

  /** Agency that declared it. */
  @Column('text')
  shelter: string;

  /** By which this agency and the shelter know it. */
  @Column('uuid')
  reference: string;

  /** Its newest declaration. */
  @Column('uuid', { name: 'event_id' })
  eventId: string;

  @Column('timestamptz', { name: 'received_at' })
  receivedAt: Date;

  @Column('timestamptz', { name: 'declared_at' })
  declaredAt: Date;

  @Column('boolean')
  open: boolean;

  @Column('text')
  lodging: DeclaredLodging;

  @Column('text')
  departement: string;

  @Column('int')
  free: number;

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
}
