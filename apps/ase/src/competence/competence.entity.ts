import type {
  CompetenceClaimedV1,
  CompetenceDecider,
  CompetenceGround,
  CompetenceHandedOverV1,
  CompetenceLevel,
  CompetenceOutcome,
  PurgeReason,
} from '@liaison/contracts';
import type { ClaimState, ConflictState, ShelterEnd } from '@liaison/placement';
import { Check, Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';

/** A conflict of competence that this agency keeps, for it shelters the child. What it told stands in the events' documents. */
@Entity({ schema: 'competence', name: 'conflict' })
@Check(
  'conflict_state',
  `state IN ('claimed', 'in-conflict', 'decided', 'handed-over', 'taken-over', 'withdrawn', 'of-age')`,
)
@Index('conflict_of_unit', ['unit', 'id'])
@Index('conflict_of_case', ['caseId'])
@Index('conflict_live', ['caseId'], {
  unique: true,
  where: `state IN ('claimed', 'in-conflict', 'handed-over')`,
})
@Index('conflict_coming_of_age', ['ofAgeAt'], { where: `state IN ('claimed', 'in-conflict', 'decided')` })
export class ConflictRow {
  /** UUIDv7 */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'conflict_pkey' })
  id: string;

  @Column('text')
  unit: string;

  @Column('uuid', { name: 'case_id' })
  caseId: string;

  /** Pseudonym. */
  @Column('text', { name: 'claimed_by' })
  claimedBy: string;

  @Column('timestamptz', { name: 'claimed_at' })
  claimedAt: Date;

  /** Child protection of the département that is said to be competent. */
  @Column('text')
  agency: string;

  /** INSEE code of the département that shelters. */
  @Column('text')
  own: string;

  @Column('text')
  claimed: string;

  @Column('text')
  ground: CompetenceGround;

  /** Version of the case's document that is the claim. */
  @Column('int', { name: 'case_version' })
  caseVersion: number;

  @Column('text')
  state: ConflictState;

  /** Counts its changes, for `ETag`. */
  @Column('int')
  version: number;

  @Column('text', { nullable: true })
  level: CompetenceLevel | null;

  @Column('timestamptz', { name: 'due_at', nullable: true })
  dueAt: Date | null;

  @Column('text', { nullable: true })
  competent: string | null;

  @Column('text', { name: 'decided_by', nullable: true })
  decidedBy: CompetenceDecider | null;

  @Column('timestamptz', { name: 'decided_at', nullable: true })
  decidedAt: Date | null;

  @Column('timestamptz', { name: 'answered_at', nullable: true })
  answeredAt: Date | null;

  /** The other département's ground for refusing. */
  @Column('text', { nullable: true })
  refusal: CompetenceGround | null;

  /** In its words. */
  @Column('text', { name: 'answer_account', nullable: true })
  answerAccount: string | null;

  @Column('uuid', { name: 'answer_event', nullable: true })
  answerEvent: string | null;

  /** `<id>@<version>` that the answer came under. */
  @Column('text', { name: 'answer_convention', nullable: true })
  answerConvention: string | null;

  /** Version of the case's document that is the file. */
  @Column('int', { name: 'file_version', nullable: true })
  fileVersion: number | null;

  /** Documents that no convention lets go along. */
  @Column('int', { name: 'kept_back', nullable: true })
  keptBack: number | null;

  @Column('timestamptz', { name: 'handed_over_at', nullable: true })
  handedOverAt: Date | null;

  @Column('timestamptz', { name: 'taken_over_at', nullable: true })
  takenOverAt: Date | null;

  /** Midnight of the eighteenth birthday, where one is relied on (R17). */
  @Column('timestamptz', { name: 'of_age_at', nullable: true })
  ofAgeAt: Date | null;

  /** When the change feed told that it is overdue. */
  @Column('timestamptz', { name: 'overdue_told_at', nullable: true })
  overdueToldAt: Date | null;
}

/** Who was asked to decide a conflict: they hear how it ends. */
@Entity({ schema: 'competence', name: 'asked' })
export class AskedRow {
  @PrimaryColumn('uuid', { name: 'conflict_id', primaryKeyConstraintName: 'asked_pkey' })
  conflictId: string;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'asked_pkey' })
  agency: string;

  @Column('text')
  unit: string;

  /** The highest at which it was asked. */
  @Column('text')
  level: CompetenceLevel;

  @Column('timestamptz', { name: 'asked_at' })
  askedAt: Date;
}

/** Another département says that this one is competent. */
@Entity({ schema: 'competence', name: 'claim' })
@Unique('claim_conflict', ['sender', 'conflict'])
@Check(
  'claim_state',
  `state IN ('received', 'accepted', 'refused', 'decided', 'file-received', 'taken-over', 'ended')`,
)
@Index('claim_of_unit', ['unit', 'receivedAt', 'id'])
@Index('claim_of_case', ['caseId'])
@Index('claim_keep_until', ['keepUntil'], { where: 'purged_at IS NULL' })
export class ClaimRow {
  /** UUIDv7 */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'claim_pkey' })
  id: string;

  @Column('text')
  unit: string;

  /** This agency's own case. */
  @Column('uuid', { name: 'case_id' })
  caseId: string;

  @Column('text')
  sender: string;

  /** As its sender names it. */
  @Column('uuid')
  conflict: string;

  /** The case's pairwise reference towards the sender. */
  @Column('uuid')
  reference: string;

  /** Of the claim; of the file, where that came first. */
  @Column('uuid', { name: 'event_id' })
  eventId: string;

  @Column('timestamptz', { name: 'received_at' })
  receivedAt: Date;

  @Column('text')
  purpose: string;

  /** `<id>@<version>` */
  @Column('text')
  convention: string;

  /** The one that is said to be competent: this agency's own. */
  @Column('text', { nullable: true })
  departement: string | null;

  @Column('json')
  content: Partial<CompetenceClaimedV1>;

  @Column('json')
  withheld: string[];

  @Column('timestamptz', { name: 'answer_by', nullable: true })
  answerBy: Date | null;

  @Column('text')
  state: ClaimState;

  /** Counts its changes, for `ETag`. */
  @Column('int')
  version: number;

  @Column('text', { nullable: true })
  level: CompetenceLevel | null;

  @Column('timestamptz', { name: 'decide_by', nullable: true })
  decideBy: Date | null;

  @Column('text', { nullable: true })
  competent: string | null;

  @Column('text', { nullable: true })
  outcome: CompetenceOutcome | null;

  @Column('timestamptz', { name: 'answered_at', nullable: true })
  answeredAt: Date | null;

  /** UUIDv7, of the file as a document of the case. */
  @Column('uuid', { name: 'file_id', nullable: true })
  fileId: string | null;

  @Column('uuid', { name: 'file_event', nullable: true })
  fileEvent: string | null;

  @Column('text', { name: 'file_convention', nullable: true })
  fileConvention: string | null;

  @Column('json', { nullable: true })
  file: Partial<CompetenceHandedOverV1> | null;

  @Column('json', { name: 'file_withheld', nullable: true })
  fileWithheld: string[] | null;

  @Column('timestamptz', { name: 'file_received_at', nullable: true })
  fileReceivedAt: Date | null;

  @Column('timestamptz', { name: 'taken_over_at', nullable: true })
  takenOverAt: Date | null;

  @Column('timestamptz', { name: 'keep_until', nullable: true })
  keepUntil: Date | null;

  /** Since when its sender has it shown to fewer. */
  @Column('timestamptz', { name: 'restricted_since', nullable: true })
  restrictedSince: Date | null;

  /** When its content went, and why. */
  @Column('timestamptz', { name: 'purged_at', nullable: true })
  purgedAt: Date | null;

  @Column('text', { name: 'purge_reason', nullable: true })
  purgeReason: PurgeReason | null;

  @Column('timestamptz', { name: 'overdue_told_at', nullable: true })
  overdueToldAt: Date | null;
}

/** Provisional shelter of a child, where it was found. */
@Entity({ schema: 'competence', name: 'shelter' })
@Index('shelter_of_unit', ['unit', 'id'])
@Index('shelter_live', ['caseId'], { unique: true, where: 'ended_on IS NULL' })
export class ShelterRow {
  /** UUIDv7 */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'shelter_pkey' })
  id: string;

  @Column('text')
  unit: string;

  @Column('uuid', { name: 'case_id' })
  caseId: string;

  @Column('date', { name: 'from_day' })
  from: string;

  @Column('date', { name: 'last_day' })
  lastDay: string;

  /** When the last day is over. */
  @Column('timestamptz', { name: 'due_at' })
  dueAt: Date;

  @Column('int')
  extensions: number;

  @Column('date', { name: 'ended_on', nullable: true })
  endedOn: string | null;

  @Column('text', { name: 'end_reason', nullable: true })
  endReason: ShelterEnd | null;

  /** Counts its changes, for `ETag`. */
  @Column('int')
  version: number;

  @Column('timestamptz', { name: 'recorded_at' })
  recordedAt: Date;

  @Column('timestamptz', { name: 'overdue_told_at', nullable: true })
  overdueToldAt: Date | null;
}

export const COMPETENCE_ENTITIES = [ConflictRow, AskedRow, ClaimRow, ShelterRow];
