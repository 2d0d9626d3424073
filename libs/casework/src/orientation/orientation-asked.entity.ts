import type { OrientationEnd, OrientationStep } from '@liaison/contracts';
import type { GivenConsent } from '@liaison/placement';
import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** `withdrawn`: the person no longer consents, and the coordination was told to forget them. */
export const ASKED_ORIENTATION_STATES = ['sent', 'answered', 'closed', 'withdrawn'] as const;
export type AskedOrientationState = (typeof ASKED_ORIENTATION_STATES)[number];

/** A request of this agency for orientation of an adult. */
@Entity({ schema: 'orientation', name: 'asked' })
@Check('asked_state', `state IN ('sent', 'answered', 'closed', 'withdrawn')`)
@Index('asked_of_unit', ['unit', 'id'])
@Index('asked_of_case', ['originCase'])
export class AskedOrientationRow {
  /** UUIDv7, and that of its case in delivery. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'asked_pkey' })
  id: string;

  @Column('text')
  unit: string;

  /** Pseudonym. */
  @Column('text')
  author: string;

  @Column('timestamptz', { name: 'asked_at' })
  askedAt: Date;

  /** This agency's own case that it follows from. */
  @Column('uuid', { name: 'origin_case', nullable: true })
  originCase: string | null;

  /** The agency that coordinates. */
  @Column('text')
  coordination: string;

  @Column('json')
  consents: GivenConsent[];

  @Column('text')
  state: AskedOrientationState;

  /** Counts its changes, for `ETag`. */
  @Column('int')
  version: number;

  /** How far the coordination said that it has come. */
  @Column('text', { nullable: true })
  step: OrientationStep | null;

  @Column('text', { nullable: true })
  outcome: OrientationEnd | null;

  @Column('timestamptz', { name: 'answered_at', nullable: true })
  answeredAt: Date | null;
}

export const ORIENTATION_ENTITIES = [AskedOrientationRow] as const;
