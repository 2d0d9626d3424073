import type { DeclineReason, OfferAnswer, ShelterAddress } from '@liaison/contracts';
import type { Criterion, Needs, OfferState, RequestState } from '@liaison/placement';
import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A search for a place, for one child or for siblings who stay together. */
@Entity({ schema: 'placement', name: 'request' })
@Check('request_state', `state IN ('open', 'offered', 'placed', 'withdrawn')`)
@Check('request_adult_heard', 'num_nulls(adult_agrees, adult_heard_at) IN (0, 2)')
@Index('request_of_unit', ['unit', 'id'])
@Index('request_of_case', ['caseId'])
@Index('request_comes_of_age', ['ofAgeAt'], { where: `state <> 'withdrawn' AND came_of_age_at IS NULL` })
export class RequestRow {
  /** UUIDv7 */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'request_pkey' })
  id: string;

  /** The child's. */
  @Column('uuid', { name: 'case_id' })
  caseId: string;

  @Column('text')
  unit: string;

  /** Pseudonym. */
  @Column('text')
  author: string;

  @Column('timestamptz', { name: 'filed_at' })
  filedAt: Date;

  @Column('json')
  needs: Needs;

  @Column('text')
  state: RequestState;

  /** Counts its changes, for `ETag`. */
  @Column('int')
  version: number;

  /** The midnight of the eighteenth birthday, where one is relied on (R17), from the case's facts of this version. */
  @Column('timestamptz', { name: 'of_age_at', nullable: true })
  ofAgeAt: Date | null;

  @Column('bigint', { name: 'facts_version' })
  factsVersion: string;

  /** When it was noted that the child of the case has turned 18. */
  @Column('timestamptz', { name: 'came_of_age_at', nullable: true })
  cameOfAgeAt: Date | null;

  /** What the person says to help that goes on, and when that was recorded. */
  @Column('boolean', { name: 'adult_agrees', nullable: true })
  adultAgrees: boolean | null;

  @Column('timestamptz', { name: 'adult_heard_at', nullable: true })
  adultHeardAt: Date | null;
}

/** One shelter that was asked. Each offer is a case of its own in delivery, so that a shelter cannot tell whose it is. */
@Entity({ schema: 'placement', name: 'offer' })
@Check('offer_state', `state IN ('asked', 'held', 'accepted', 'declined', 'withdrawn')`)
@Index('offer_of_request', ['requestId', 'id'])
@Index('offer_live', ['requestId'], { unique: true, where: `state IN ('asked', 'held', 'accepted')` })
export class OfferRow {
  /** UUIDv7, and that of its case in delivery. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'offer_pkey' })
  id: string;

  @Column('uuid', { name: 'request_id' })
  requestId: string;

  @Column('text')
  unit: string;

  @Column('uuid', { name: 'place_id' })
  placeId: string;

  @Column('text')
  shelter: string;

  /** By which the shelter knows the case. */
  @Column('uuid')
  reference: string;

  @Column('timestamptz', { name: 'made_at' })
  madeAt: Date;

  @Column('timestamptz', { name: 'answer_by' })
  answerBy: Date;

  /** A judge ordered it. */
  @Column('boolean')
  ordered: boolean;

  @Column('text', { array: true })
  contradicts: Criterion[];

  @Column('text')
  state: OfferState;

  @Column('timestamptz', { name: 'answered_at', nullable: true })
  answeredAt: Date | null;

  /** Why it was declined: the shelter's reason, or `refused` or `lapsed`. */
  @Column('text', { nullable: true })
  reason: DeclineReason | OfferAnswer | null;

  /** Its newest answer. */
  @Column('uuid', { name: 'answer_event', nullable: true })
  answerEvent: string | null;

  /** `<id>@<version>`, of the answer. */
  @Column('text', { nullable: true })
  convention: string | null;

  /** Where the place is, as long as the child is to be taken there (R23). */
  @Column('json', { nullable: true })
  address: ShelterAddress | null;

  @Column('json', { nullable: true })
  withheld: string[] | null;
}
