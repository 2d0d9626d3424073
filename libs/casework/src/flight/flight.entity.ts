import type { FlightReportedV1, PurgeReason } from '@liaison/contracts';
import type { FlightState } from '@liaison/placement';
import { Check, Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';
import type { RevokedFields } from '../after-sharing/revoked-fields';
import type { FlightDuty, ReceivedFlightState } from './flight';

/** A flight that somebody of this agency noticed or reported, or that child protection passes on to whoever follows the child. */
@Entity({ schema: 'flight', name: 'known' })
@Check('known_state', `state IN ('noticed', 'reported', 'found', 'back', 'adult', 'voided')`)
@Index('known_of_unit', ['unit', 'id'])
@Index('known_of_case', ['caseId'])
@Index('known_running', ['subject'], { unique: true, where: `state IN ('noticed', 'reported')` })
@Index('known_origin', ['origin'], { unique: true })
@Index('known_unreported', ['noticedAt'], { where: `state = 'noticed'` })
@Index('known_coming_of_age', ['ofAgeAt'], { where: `state IN ('noticed', 'reported')` })
export class FlightRow {
  /** UUIDv7, and that of its case towards whoever searches. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'known_pkey' })
  id: string;

  /** What the service knows the child by: an accepted offer, a case. */
  @Column('uuid')
  subject: string;

  /** This agency's own case, where it has one of the child. */
  @Column('uuid', { name: 'case_id', nullable: true })
  caseId: string | null;

  @Column('text')
  unit: string;

  /** Pseudonym; null where it is passed on. */
  @Column('text', { nullable: true })
  author: string | null;

  /** The received flight that is passed on. */
  @Column('uuid', { nullable: true })
  origin: string | null;

  /** Where the child was seen last. */
  @Column('text', { nullable: true })
  departement: string | null;

  @Column('timestamptz', { name: 'noticed_at' })
  noticedAt: Date;

  @Column('timestamptz', { name: 'reported_at', nullable: true })
  reportedAt: Date | null;

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt: Date | null;

  /** The eighteenth birthday, where it is known (R17). */
  @Column('timestamptz', { name: 'of_age_at', nullable: true })
  ofAgeAt: Date | null;

  /** The directory names nobody who searches in that département. */
  @Column('boolean', { name: 'police_missing' })
  policeMissing: boolean;

  @Column('boolean', { name: 'place_known' })
  placeKnown: boolean;

  /** When it was told that nobody has reported it within the hour. */
  @Column('timestamptz', { name: 'overdue_told_at', nullable: true })
  overdueToldAt: Date | null;

  @Column('text')
  state: FlightState;

  /** Counts its changes, for `ETag`. */
  @Column('int')
  version: number;
}

/** Who was told of a flight. */
@Entity({ schema: 'flight', name: 'told' })
@Check('told_flight_duty', `duty IN ('search', 'child-protection', 'following')`)
@Index('told_flight_awaited', ['acknowledgeBy'], { where: 'acknowledged_at IS NULL' })
export class ToldFlightRow {
  @PrimaryColumn('uuid', { name: 'flight_id', primaryKeyConstraintName: 'told_flight_pkey' })
  flightId: string;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'told_flight_pkey' })
  agency: string;

  @Column('text')
  unit: string;

  @Column('text')
  duty: FlightDuty;

  /** On which it was told; the version of that case's document that went to it last. */
  @Column('uuid', { name: 'case_id' })
  caseId: string;

  @Column('int', { name: 'case_version' })
  caseVersion: number;

  /** By the convention of then; null where none says, and while nothing is reported. */
  @Column('timestamptz', { name: 'acknowledge_by', nullable: true })
  acknowledgeBy: Date | null;

  /** When it says that it took note. */
  @Column('timestamptz', { name: 'acknowledged_at', nullable: true })
  acknowledgedAt: Date | null;

  @Column('text', { nullable: true })
  role: string | null;

  @Column('uuid', { name: 'acknowledgement_event', nullable: true })
  acknowledgementEvent: string | null;

  /** When the change feed told that nobody there has taken note. */
  @Column('timestamptz', { name: 'overdue_told_at', nullable: true })
  overdueToldAt: Date | null;
}

/** A flight that was reported to this agency, as the check of the receipt left it. */
@Entity({ schema: 'flight', name: 'received' })
@Unique('received_flight_named', ['sender', 'flight'])
@Check('received_flight_state', `state IN ('overdue', 'gone', 'found', 'back', 'adult', 'voided')`)
@Check('received_flight_purged', 'num_nulls(purged_at, purge_reason) IN (0, 2)')
@Index('received_flight_of_unit', ['unit', 'receivedAt', 'id'])
@Index('received_flight_of_case', ['caseId'])
@Index('received_flight_keep_until', ['keepUntil'], { where: 'purged_at IS NULL' })
@Index('received_flight_to_pass_on', ['receivedAt'], { where: 'passed_on_at IS NULL' })
@Index('received_flight_owed', ['acknowledgeBy'], { where: 'acknowledged_at IS NULL' })
export class ReceivedFlightRow {
  /** UUIDv7 */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'received_flight_pkey' })
  id: string;

  /** As its sender names it. */
  @Column('uuid')
  flight: string;

  /** Id in `messaging.cases`. */
  @Column('uuid', { name: 'delivered_case' })
  deliveredCase: string;

  /** This agency's own case, where it has one of the child. */
  @Column('uuid', { name: 'case_id', nullable: true })
  caseId: string | null;

  @Column('text')
  sender: string;

  /** The case's pairwise reference towards the sender. */
  @Column('uuid')
  reference: string;

  /** Of the newest that says something of it. */
  @Column('uuid', { name: 'event_id' })
  eventId: string;

  @Column('text')
  unit: string;

  @Column('timestamptz', { name: 'received_at' })
  receivedAt: Date;

  @Column('text')
  purpose: string;

  /** `<id>@<version>` */
  @Column('text')
  convention: string;

  @Column('text', { nullable: true })
  departement: string | null;

  @Column('json')
  content: Partial<FlightReportedV1>;

  @Column('json')
  withheld: string[];

  @Column('timestamptz', { name: 'noticed_at', nullable: true })
  noticedAt: Date | null;

  @Column('timestamptz', { name: 'reported_at', nullable: true })
  reportedAt: Date | null;

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt: Date | null;

  /** By the convention that it came under; null where that asks for none. */
  @Column('timestamptz', { name: 'acknowledge_by', nullable: true })
  acknowledgeBy: Date | null;

  @Column('timestamptz', { name: 'acknowledged_at', nullable: true })
  acknowledgedAt: Date | null;

  /** Pseudonym. */
  @Column('text', { name: 'acknowledged_by', nullable: true })
  acknowledgedBy: string | null;

  /** When the change feed told that nobody here has taken note. */
  @Column('timestamptz', { name: 'overdue_told_at', nullable: true })
  overdueToldAt: Date | null;

  /** When this agency told its sender that the child is found. */
  @Column('timestamptz', { name: 'found_said_at', nullable: true })
  foundSaidAt: Date | null;

  /** Pseudonym; null where it is passed on. */
  @Column('text', { name: 'found_said_by', nullable: true })
  foundSaidBy: string | null;

  /** When it was looked at for those who follow the child. */
  @Column('timestamptz', { name: 'passed_on_at', nullable: true })
  passedOnAt: Date | null;

  @Column('text')
  state: ReceivedFlightState;

  /** Counts the changes of this row, for `ETag`. */
  @Column('int')
  version: number;

  /** The end of its convention's term; null where it states none. */
  @Column('timestamptz', { name: 'keep_until', nullable: true })
  keepUntil: Date | null;

  /** A ground on which it was shared has ended: since then it is shown to fewer. */
  @Column('timestamptz', { name: 'restricted_since', nullable: true })
  restrictedSince: Date | null;

  /** The same of some of its fields alone, and which are gone. */
  @Column('jsonb', { name: 'revoked_fields', default: [] })
  revokedFields: RevokedFields[];

  @Column('timestamptz', { name: 'purged_at', nullable: true })
  purgedAt: Date | null;

  @Column('text', { name: 'purge_reason', nullable: true })
  purgeReason: PurgeReason | null;
}

export const FLIGHT_ENTITIES = [FlightRow, ToldFlightRow, ReceivedFlightRow];
