import type { DeclineReason, PLACE_SEXES } from '@liaison/contracts';
import { Column } from 'typeorm';

/** Where a place is. It reaches only those who take a child there (R23). */
export interface PlaceAddress {
  readonly line: string;
  readonly postalCode: string;
  readonly commune: string;
}

/** What every place of this shelter has, whoever it is for. */
export abstract class BedPlace {
  abstract id: string;

  @Column('text')
  unit: string;

  /** What the shelter calls it, for itself. */
  @Column('text')
  label: string;

  @Column('text')
  departement: string;

  @Column('json')
  address: PlaceAddress;

  @Column('text', { array: true })
  sexes: (typeof PLACE_SEXES)[number][];

  @Column('text', { array: true })
  languages: string[];

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

/** `admitted`, `left`: the shelter itself says so of adults; of children child protection does, whose stay it is. */
export const BED_STATES = [
  'held',
  'refused',
  'accepted',
  'admitted',
  'left',
  'declined',
  'lapsed',
  'withdrawn',
] as const;
export type BedState = (typeof BED_STATES)[number];

/** As a check of the database has it. */
export const IS_BED_STATE = `state IN (${BED_STATES.map((state) => `'${state}'`).join(', ')})`;

/** What every question for beds has, whoever is asked for. */
export abstract class BedOffer {
  abstract id: string;

  abstract state: BedState;

  /** What was said of whoever needs them, as the check of the receipt left it. */
  abstract content: object;

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
  withheld: string[];

  /** As many as people. */
  @Column('int')
  beds: number;

  /** From then on a bed that is only held is free again. */
  @Column('timestamptz', { name: 'answer_by' })
  answerBy: Date;

  /** Counts the changes of this row, for `ETag`. */
  @Column('int')
  version: number;

  @Column('timestamptz', { name: 'answered_at', nullable: true })
  answeredAt: Date | null;

  @Column('text', { nullable: true })
  reason: DeclineReason | null;
}
