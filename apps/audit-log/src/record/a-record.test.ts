import {
  AUDIT_RECORDED,
  AUDIT_RECORDED_V2,
  auditCommitment,
  type AuditRecord,
  type AuditRecordedV1,
  type Envelope,
} from '@liaison/contracts';
import { anEnvelope } from '@liaison/testing';
import { randomBytes, randomUUID } from 'node:crypto';
import { sha256Hex } from './sha256';

/** A record as an honest agency makes it. */
export function aRecord(overrides: Partial<AuditRecord> = {}): AuditRecordedV1 {
  const record: AuditRecord = {
    recordId: randomUUID(),
    kind: 'refusal',
    at: '2026-11-18T09:00:00.000Z',
    agency: 'police-75',
    service: 'police',
    legalBases: [],
    fields: [],
    ...overrides,
  };
  const salt = randomBytes(32).toString('hex');
  return { ...record, salt, commitment: auditCommitment(record, salt, sha256Hex) };
}

/** The same on its way to the log by itself, numbered. */
export function recorded(
  data: AuditRecordedV1,
  sequence: number,
  overrides: Partial<Envelope> = {},
): Envelope {
  return anEnvelope('police-75', {
    type: AUDIT_RECORDED,
    recipient: 'audit-log',
    id: data.recordId,
    sequence,
    data,
    ...overrides,
  });
}

/** Several in one message: the first has this number. */
export function gathered(
  records: readonly AuditRecordedV1[],
  first: number,
  sequence: number,
  overrides: Partial<Envelope> = {},
): Envelope {
  return anEnvelope('police-75', {
    type: AUDIT_RECORDED_V2,
    recipient: 'audit-log',
    sequence,
    data: { first, records },
    ...overrides,
  });
}
