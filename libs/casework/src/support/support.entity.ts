import type { PurgeReason, SupportReportedV1 } from '@liaison/contracts';
import { Check, Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';
import type { RevokedFields } from '../after-sharing/revoked-fields';
import type { ReceivedSupportState, SupportConsent } from './support';

/** Somebody of whom this agency told the préfecture that they are supported. What it says is the event's document. */
@Entity({ schema: 'support', name: 'reported' })
@Index('reported_of_unit', ['unit', 'id'])
@Index('reported_of_case', ['originCase'])
export class SupportReportRow {
  /** UUIDv7, and that of its case in delivery. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'reported_pkey' })
  id: string;

  @Column('text')
  unit: string;

  /** Pseudonym, of the newest report. */
  @Column('text')
  author: string;

  /** The newest. */
  @Column('timestamptz', { name: 'reported_at' })
  reportedAt: Date;

  /** This agency's own case that it follows from. */
  @Column('uuid', { name: 'origin_case', nullable: true })
  originCase: string | null;

  /** The agency that learns it. */
  @Column('text')
  prefecture: string;

  /** On which the first report rested; whether it stands is in the register of consents. */
  @Column('json')
  consent: SupportConsent;

  /** Counts its changes, for `ETag`. */
  @Column('int')
  version: number;
}

/** A report that came, as the check of the receipt left it. */
@Entity({ schema: 'support', name: 'received' })
@Unique('support_received_event', ['sender', 'eventId'])
@Check('support_received_state', `state IN ('new', 'noted', 'superseded', 'voided')`)
@Check('support_received_noted', 'num_nulls(noted_at, noted_by) IN (0, 2)')
@Check('support_received_linked', 'num_nulls(linked_case, linked_at, linked_by) IN (0, 3)')
@Check(
  'support_received_purged',
  `num_nulls(purged_at, purge_reason) IN (0, 2) AND (purged_at IS NULL OR state = 'voided')`,
)
@Index('support_received_of_unit', ['unit', 'receivedAt', 'id'])
@Index('support_received_of_delivery', ['caseId'])
@Index('support_received_of_case', ['linkedCase'])
@Index('support_received_keep_until', ['keepUntil'], { where: `state <> 'voided'` })
export class ReceivedSupportRow {
  /** UUIDv7 */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'support_received_pkey' })
  id: string;

  /** Of the delivery: later reports about the same person have it too. */
  @Column('uuid', { name: 'case_id' })
  caseId: string;

  @Column('text')
  unit: string;

  @Column('text')
  sender: string;

  /** Pairwise, towards the sender. */
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

  /** Of this agency's competence, by which its convention lets it read; it says nothing of where the person lives. */
  @Column('text')
  departement: string;

  @Column('json')
  content: Partial<SupportReportedV1>;

  @Column('json')
  withheld: string[];

  /** Until when somebody takes note of it, as its convention says. */
  @Column('timestamptz', { name: 'note_by', nullable: true })
  noteBy: Date | null;

  @Column('text')
  state: ReceivedSupportState;

  /** Counts the changes of this row, for `ETag`. */
  @Column('int')
  version: number;

  @Column('timestamptz', { name: 'noted_at', nullable: true })
  notedAt: Date | null;

  /** Pseudonym. */
  @Column('text', { name: 'noted_by', nullable: true })
  notedBy: string | null;

  /** The case of this agency's own that it belongs to, as somebody said who looked at both. */
  @Column('uuid', { name: 'linked_case', nullable: true })
  linkedCase: string | null;

  @Column('timestamptz', { name: 'linked_at', nullable: true })
  linkedAt: Date | null;

  /** Pseudonym. */
  @Column('text', { name: 'linked_by', nullable: true })
  linkedBy: string | null;

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

export const SUPPORT_ENTITIES = [SupportReportRow] as const;
export const RECEIVED_SUPPORT_ENTITIES = [ReceivedSupportRow] as const;
