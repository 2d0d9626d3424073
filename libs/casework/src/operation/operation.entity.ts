import type { OperationAnnouncedV1 } from '@liaison/contracts';
import { Check, Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';
import type { OperationState } from './operation';
import type { ReceivedOperationState } from './received-operation';

/** An operation that this agency announced. What it says is the event's document: it is not held twice. */
@Entity({ schema: 'operation', name: 'announced' })
@Check('announced_state', `state IN ('announced', 'acknowledged', 'called-off')`)
@Index('announced_of_unit', ['unit', 'id'])
export class AnnouncedOperationRow {
  /** UUIDv7; no case of a person. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'announced_pkey' })
  id: string;

  @Column('text')
  unit: string;

  /** Pseudonym. */
  @Column('text')
  author: string;

  @Column('timestamptz', { name: 'announced_at' })
  announcedAt: Date;

  @Column('text')
  departement: string;

  @Column('date', { name: 'from_day' })
  fromDay: string;

  @Column('date', { name: 'until_day' })
  untilDay: string;

  /** The end of its last day. */
  @Column('timestamptz', { name: 'expires_at' })
  expiresAt: Date;

  @Column('int', { name: 'expected_people' })
  expectedPeople: number;

  @Column('text')
  state: OperationState;

  /** Counts its changes, for `ETag`. */
  @Column('int')
  version: number;
}

/** A contact point that was told, and what it has said. */
@Entity({ schema: 'operation', name: 'told' })
export class ToldContactRow {
  @PrimaryColumn('uuid', { name: 'operation_id', primaryKeyConstraintName: 'told_contact_pkey' })
  operationId: string;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'told_contact_pkey' })
  agency: string;

  @Column('text')
  contact: string;

  @Column('text')
  unit: string;

  /** By the convention of then; null where none says. */
  @Column('timestamptz', { name: 'acknowledge_by', nullable: true })
  acknowledgeBy: Date | null;

  @Column('timestamptz', { name: 'acknowledged_at', nullable: true })
  acknowledgedAt: Date | null;

  @Column('text', { nullable: true })
  role: string | null;

  @Column('int', { name: 'places_held', nullable: true })
  placesHeld: number | null;
}

/** An operation that was announced to this agency. */
@Entity({ schema: 'operation', name: 'received' })
@Unique('received_operation_event', ['sender', 'eventId'])
@Unique('received_operation_reference', ['sender', 'reference'])
@Check('received_operation_state', `state IN ('new', 'acknowledged', 'called-off')`)
@Check('received_operation_places', `places_held BETWEEN 0 AND expected_people`)
@Index('received_operation_of_unit', ['unit', 'receivedAt', 'id'])
@Index('received_operation_unexpired', { synchronize: false })
export class ReceivedOperationRow {
  /** UUIDv7 */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'received_operation_pkey' })
  id: string;

  /** Of this agency, for the answers; no case of a person. */
  @Column('uuid', { name: 'case_id' })
  caseId: string;

  @Column('text')
  sender: string;

  @Column('uuid')
  reference: string;

  @Column('uuid', { name: 'event_id' })
  eventId: string;

  /** The contact point that it was sent to. */
  @Column('text')
  unit: string;

  @Column('timestamptz', { name: 'received_at' })
  receivedAt: Date;

  @Column('text')
  convention: string;

  @Column('text')
  departement: string;

  @Column('date', { name: 'from_day' })
  fromDay: string;

  @Column('date', { name: 'until_day' })
  untilDay: string;

  /** The end of its last day, after which nothing but its days and its number is kept. */
  @Column('timestamptz', { name: 'expires_at' })
  expiresAt: Date;

  @Column('int', { name: 'expected_people' })
  expectedPeople: number;

  /** Empty once it has expired or was called off. */
  @Column('json')
  content: Partial<OperationAnnouncedV1>;

  @Column('timestamptz', { name: 'acknowledge_by', nullable: true })
  acknowledgeBy: Date | null;

  @Column('timestamptz', { name: 'acknowledged_at', nullable: true })
  acknowledgedAt: Date | null;

  @Column('int', { name: 'places_held' })
  placesHeld: number;

  @Column('text')
  state: ReceivedOperationState;

  /** Counts its changes, for `ETag`. */
  @Column('int')
  version: number;

  /** When its content and its places were given up because its last day was over. */
  @Column('timestamptz', { name: 'expired_at', nullable: true })
  expiredAt: Date | null;
}

export const OPERATION_ENTITIES = [AnnouncedOperationRow, ToldContactRow, ReceivedOperationRow] as const;
