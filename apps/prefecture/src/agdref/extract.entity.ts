import type { NoticeStanding } from '@liaison/casework';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { Despite } from '../notice/reliance';
import type { ExtractState, Subject } from './extract';

/** An extract for AGDREF, produced once for one version of a notice or of a decision; anew where a purge has emptied it. */
@Entity({ schema: 'prefecture', name: 'agdref_extract' })
@Index('agdref_extract_subject', ['subject', 'subjectId', 'subjectVersion', 'standing'], {
  unique: true,
  where: `json <> ''`,
})
@Index('agdref_extract_of_unit', ['unit', 'id'])
export class ExtractRow {
  /** UUIDv7: newest first is its order. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'agdref_extract_pkey' })
  id: string;

  @Column('text')
  unit: string;

  @Column('text')
  subject: Subject;

  @Column('uuid', { name: 'subject_id' })
  subjectId: string;

  @Column('int', { name: 'subject_version' })
  subjectVersion: number;

  /** Of a notice, when the extract was prepared. */
  @Column('text', { default: 'current' })
  standing: NoticeStanding;

  /** As text: its bytes are what was handed over. Empty once a purge reached it. */
  @Column('text')
  json: string;

  @Column('text')
  csv: string;

  /** SHA-256 (hex) of the JSON. */
  @Column('text')
  digest: string;

  /** Pseudonym. */
  @Column('text', { name: 'prepared_by' })
  preparedBy: string;

  @Column('timestamptz', { name: 'prepared_at' })
  preparedAt: Date;

  @Column('text')
  state: ExtractState;

  /** Counts its changes, for `ETag`. */
  @Column('int')
  version: number;

  /** When it was handed over, or refused, last. */
  @Column('timestamptz', { name: 'settled_at', nullable: true })
  settledAt: Date | null;

  /** Of the refusal. */
  @Column('text', { nullable: true })
  reason: string | null;

  /** Why it was prepared, or handed over, although the notice no longer stands. */
  @Column('json', { nullable: true })
  despite: Despite | null;
}
