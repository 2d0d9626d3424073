import { type AuditEntry, auditFields, type AuditTrail, currentTraceparent } from '@liaison/messaging';
import type { Identity } from '@liaison/platform';
import type { Decision } from '@liaison/sharing-policy';
import { decidedFields } from './decided-fields';

type Act = Omit<AuditEntry, 'at' | 'unit' | 'agent'>;
type Reading = Omit<Act, 'kind' | 'policyDigest' | 'legalBases' | 'fields'> &
  Partial<Pick<Act, 'legalBases' | 'fields'>>;
type Prepared = ReturnType<AuditTrail['prepare']>;

/** The record of what somebody does: who and when, in the trace of their request. Names of fields, never values. */
export function actRecord(
  audit: AuditTrail,
  { unit, pseudonym }: Pick<Identity, 'unit' | 'pseudonym'>,
  at: Date,
  act: Act,
): Prepared {
  return audit.prepare({ at: at.toISOString(), unit, agent: pseudonym, ...act }, currentTraceparent());
}

/** The record that somebody read what a decision lets them see: all that it decided on, unless `fields` says less. */
export function readingRecord(
  audit: AuditTrail,
  identity: Pick<Identity, 'unit' | 'pseudonym'>,
  at: Date,
  decision: Decision,
  reading: Reading,
): Prepared {
  return actRecord(audit, identity, at, {
    kind: 'read',
    legalBases: [...decision.legalBases],
    policyDigest: decision.digest,
    fields: auditFields(decidedFields(decision)),
    ...reading,
  });
}
