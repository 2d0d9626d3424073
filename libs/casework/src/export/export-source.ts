import type { AuditEntry } from '@liaison/messaging';
import type { Identity } from '@liaison/platform';
import type { EntityManager } from 'typeorm';
import type { ReadableCase } from '../cases/cases';

/** Names of fields that were treated alike, for the audit record. */
export type ShownFields = AuditEntry['fields'][number];

/** One kind of record of a case, each as its own route shows it to this reader. */
export interface ExportedRecords {
  /** In camel case, as a member of the answer: `reflectionPeriods`. */
  readonly kind: string;
  readonly items: readonly object[];
  readonly fields: readonly ShownFields[];
  /** What showing it rests on. */
  readonly legalBases: readonly string[];
}

/** What a service holds of a case beside what every service with cases has. */
export interface ExportSource {
  /**
   * In the transaction that reads, of a case that the reader may know of; the caller records the reading.
   * @param limit of each kind: with more, one more is given, so that the caller can tell
   */
  read(
    manager: EntityManager,
    identity: Identity,
    found: ReadableCase,
    limit: number,
  ): Promise<readonly ExportedRecords[]>;
}

/** Injection token of the service's `ExportSource`. */
export const EXPORT_SOURCE = Symbol('EXPORT_SOURCE');

/** Of the agency's own records: names of fields that are shown as they are. */
export const ownFields = (...paths: string[]): ShownFields => ({
  paths,
  treatment: 'release',
  rules: ['own-record'],
});
