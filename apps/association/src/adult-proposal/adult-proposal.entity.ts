import type { RevokedFields } from '@liaison/casework';
import type { OrientationPersonNamedV1, OrientationProposedV1, PurgeReason } from '@liaison/contracts';
import type { Day } from '@liaison/kernel';
import { Check, Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';
import { BedOffer, type BedState, IS_BED_STATE } from '../beds/beds.entity';

/**
 * What the coordination asked for: needs and an age band, nobody's name (R30). Of a proposal that ended without a bed nothing of the
 * person stays.
 */
@Entity({ schema: 'shelter', name: 'adult_proposal' })
@Unique('adult_proposal_case', ['caseId'])
@Unique('adult_proposal_event', ['sender', 'eventId'])
@Unique('adult_proposal_reference', ['sender', 'reference'])
@Check('adult_proposal_state', IS_BED_STATE)
@Check('adult_proposal_purged', 'num_nulls(purged_at, purge_reason) IN (0, 2)')
@Index('adult_proposal_of_unit', ['unit', 'receivedAt', 'id'])
@Index('adult_proposal_takes_beds', ['placeId'], { where: `state IN ('held', 'accepted', 'admitted')` })
@Index('adult_proposal_lapses', ['answerBy'], { where: `state = 'held'` })
@Index('adult_proposal_keep_until', ['keepUntil'], { where: 'purged_at IS NULL' })
export class ProposalRow extends BedOffer {
  /** UUIDv7 */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'adult_proposal_pkey' })
  id: string;

  @Column('json')
  content: Partial<OrientationProposedV1>;

  @Column('text')
  state: BedState;

  @Column('date', { name: 'admitted_on', nullable: true })
  admittedOn: Day | null;

  @Column('date', { name: 'left_on', nullable: true })
  leftOn: Day | null;

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

/** Who comes, told once the place and the person have accepted. */
@Entity({ schema: 'shelter', name: 'named_person' })
@Unique('named_person_event', ['sender', 'eventId'])
@Unique('named_person_proposal', ['proposalId'])
@Check('named_person_purged', 'num_nulls(purged_at, purge_reason) IN (0, 2)')
@Index('named_person_keep_until', ['keepUntil'], { where: 'purged_at IS NULL' })
export class NamedPersonRow {
  /** UUIDv7 */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'named_person_pkey' })
  id: string;

  @Column('uuid', { name: 'proposal_id' })
  proposalId: string;

  @Column('uuid', { name: 'case_id' })
  caseId: string;

  @Column('text')
  unit: string;

  @Column('text')
  sender: string;

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
  content: Partial<OrientationPersonNamedV1>;

  @Column('json')
  withheld: string[];

  @Column('timestamptz', { name: 'keep_until', nullable: true })
  keepUntil: Date | null;

  @Column('timestamptz', { name: 'restricted_since', nullable: true })
  restrictedSince: Date | null;

  @Column('jsonb', { name: 'revoked_fields', default: [] })
  revokedFields: RevokedFields[];

  @Column('timestamptz', { name: 'purged_at', nullable: true })
  purgedAt: Date | null;

  @Column('text', { name: 'purge_reason', nullable: true })
  purgeReason: PurgeReason | null;
}

export const SHELTERED_ADULT_ENTITIES = [ProposalRow, NamedPersonRow];
