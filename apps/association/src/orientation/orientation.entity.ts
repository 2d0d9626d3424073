import type { AdultPlaceDeclaredV1, OrientationRequestedV1, PurgeReason } from '@liaison/contracts';
import type { RevokedFields } from '@liaison/casework';
import type { AgencyKind, Day } from '@liaison/kernel';
import type {
  Decline,
  GivenConsent,
  OrientationFigures,
  OrientationOutcome,
  OrientationState,
  ProposalState,
} from '@liaison/placement';
import { Check, Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';

/** A request for orientation that came to the coordination, as the check of the receipt left it. */
@Entity({ schema: 'orientation', name: 'request' })
@Unique('orientation_request_event', ['sender', 'eventId'])
@Unique('orientation_request_case', ['caseId'])
@Check(
  'orientation_request_state',
  `state IN ('asked', 'evaluated', 'proposed', 'accepted', 'supported', 'closed')`,
)
@Check('orientation_request_closed', 'num_nulls(closed_on, outcome) IN (0, 2)')
@Check('orientation_request_purged', 'num_nulls(purged_at, purge_reason) IN (0, 2)')
@Index('orientation_request_of_unit', ['unit', 'receivedAt', 'id'])
@Index('orientation_request_keep_until', ['keepUntil'], { where: 'purged_at IS NULL' })
export class OrientationRow {
  /** UUIDv7 */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'orientation_request_pkey' })
  id: string;

  @Column('uuid', { name: 'case_id' })
  caseId: string;

  @Column('text')
  unit: string;

  @Column('text')
  sender: string;

  @Column('text', { name: 'sender_kind' })
  senderKind: AgencyKind;

  /** The sender is a member of the network. */
  @Column('boolean', { name: 'from_partner' })
  fromPartner: boolean;

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

  /** Empty once it was purged. */
  @Column('json')
  content: Partial<OrientationRequestedV1>;

  @Column('json')
  withheld: string[];

  @Column('timestamptz', { name: 'acknowledge_by', nullable: true })
  acknowledgeBy: Date | null;

  /** Where it came from, for the counts: of the sender, not of the person. */
  @Column('text', { nullable: true })
  commune: string | null;

  /** Completed years on the day of the request, as the coordination found. */
  @Column('int', { nullable: true })
  age: number | null;

  @Column('text', { nullable: true })
  nationality: string | null;

  @Column('json')
  consents: GivenConsent[];

  @Column('text')
  state: OrientationState;

  /** Counts its changes, for `ETag`. */
  @Column('int')
  version: number;

  @Column('date', { name: 'admitted_on', nullable: true })
  admittedOn: Day | null;

  @Column('date', { name: 'followed_up_on', nullable: true })
  followedUpOn: Day | null;

  @Column('date', { name: 'closed_on', nullable: true })
  closedOn: Day | null;

  @Column('text', { nullable: true })
  outcome: OrientationOutcome | null;

  @Column('timestamptz', { name: 'keep_until', nullable: true })
  keepUntil: Date | null;

  /** A ground on which it was shared has ended: since then it is shown to fewer. */
  @Column('timestamptz', { name: 'restricted_since', nullable: true })
  restrictedSince: Date | null;

  @Column('jsonb', { name: 'revoked_fields', default: [] })
  revokedFields: RevokedFields[];

  @Column('timestamptz', { name: 'purged_at', nullable: true })
  purgedAt: Date | null;

  @Column('text', { name: 'purge_reason', nullable: true })
  purgeReason: PurgeReason | null;
}

/** One place that was asked. Each proposal is a case of its own in delivery, so that a place cannot tell whose it is. */
@Entity({ schema: 'orientation', name: 'proposal' })
@Unique('proposal_reference', ['shelter', 'reference'])
@Check('proposal_state', `state IN ('proposed', 'place-accepted', 'accepted', 'declined', 'withdrawn')`)
@Index('proposal_of_request', ['requestId', 'id'])
@Index('proposal_live', ['requestId'], {
  unique: true,
  where: `state IN ('proposed', 'place-accepted', 'accepted')`,
})
export class ProposalRow {
  /** UUIDv7, and that of its case in delivery. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'proposal_pkey' })
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

  /** For which it is asked: it says under which convention. */
  @Column('text')
  purpose: string;

  @Column('timestamptz', { name: 'made_at' })
  madeAt: Date;

  @Column('timestamptz', { name: 'answer_by' })
  answerBy: Date;

  @Column('text')
  state: ProposalState;

  @Column('text', { nullable: true })
  declined: Decline | null;

  @Column('timestamptz', { name: 'answered_at', nullable: true })
  answeredAt: Date | null;
}

/** A place of the network as its shelter described it last. Where it is, this agency does not know. */
@Entity({ schema: 'orientation', name: 'place' })
@Unique('orientation_place_reference', ['shelter', 'reference'])
export class NetworkPlaceRow {
  /** UUIDv7; this agency's own. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'orientation_place_pkey' })
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

  @Column('timestamptz', { name: 'declared_at' })
  declaredAt: Date;

  @Column('boolean')
  open: boolean;

  @Column('text')
  departement: string;

  @Column('int')
  free: number;

  /** The most that its shelter has ever said: the beds that there are, as far as this agency can know. */
  @Column('int', { name: 'most_free' })
  mostFree: number;

  @Column('text', { array: true })
  sexes: AdultPlaceDeclaredV1['sexes'];

  @Column('text', { array: true })
  languages: string[];

  @Column('boolean')
  emergency: boolean;

  @Column('boolean', { name: 'takes_from_police' })
  takesFromPolice: boolean;
}

/** The figures of a year as others were told of them. */
@Entity({ schema: 'orientation', name: 'released_year' })
export class ReleasedOrientationsRow {
  @PrimaryColumn('int', { primaryKeyConstraintName: 'orientation_released_year_pkey' })
  year: number;

  @Column('json')
  figures: OrientationFigures;

  @Column('timestamptz', { name: 'released_at' })
  releasedAt: Date;
}

export const COORDINATION_ENTITIES = [OrientationRow, ProposalRow, NetworkPlaceRow, ReleasedOrientationsRow];
