import type { AuditRecord } from '@liaison/contracts';
import { Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';

/** One appended record. The columns repeat what searches need; the record itself is what its commitment covers. */
@Entity({ schema: 'audit_log', name: 'record' })
@Unique('record_id', ['recordId'])
@Index('record_number', ['agency', 'epoch', 'number'])
@Index('record_reference', ['reference'], { where: 'reference IS NOT NULL' })
@Index('record_at', ['at'])
@Index('record_of_revocation', ['eventId'], { where: `kind IN ('revocation', 'purge', 'restriction')` })
@Index('record_of_break_glass', ['eventId'], {
  where: `kind IN ('break-glass-opened', 'break-glass-reviewed')`,
})
export class StoredRecord {
  /** Order of appending. */
  @PrimaryColumn('bigint', {
    generated: 'identity',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'record_pkey',
  })
  position: string;

  @Column('uuid', { name: 'record_id' })
  recordId: string;

  @Column('text')
  agency: string;

  @Column('uuid')
  epoch: string;

  /** The author's own count within the epoch, given at its dispatch. */
  @Column('int')
  number: number;

  @Column('text')
  kind: string;

  @Column('timestamptz')
  at: Date;

  @Column('uuid', { nullable: true })
  reference: string | null;

  @Column('uuid', { name: 'event_id', nullable: true })
  eventId: string | null;

  @Column('text', { nullable: true })
  counterpart: string | null;

  @Column('text', { nullable: true })
  convention: string | null;

  @Column('text', { name: 'disclosure_commitment', nullable: true })
  disclosureCommitment: string | null;

  @Column('text')
  commitment: string;

  @Column('bytea')
  salt: Buffer;

  @Column('json')
  record: AuditRecord;

  @Column('timestamptz', { name: 'appended_at' })
  appendedAt: Date;
}
