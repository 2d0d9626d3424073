import { canonicalJson } from '@liaison/kernel';
import { JSONSchema } from 'class-validator-jsonschema';
import { ConventionId, DirectoryId, EventTypeName, FieldPath, RuleId, Word } from '../codes';
import { Category, EventPayload } from '../field-category';
import { Code, Hex, ListOf, OneOf, Optional, Text, Timestamp, Uuid, WholeNumber } from '../rules';

export const AUDIT_RECORDED = 'liaison.audit.recorded.v1';

export const AUDIT_KINDS = [
  'disclosure',
  'receipt',
  'refusal',
  'read',
  'search',
  'acknowledgement',
  'redrive',
  'parked',
  'discard-proposed',
  'discard-withdrawn',
  'discarded',
  'replaced',
  'voided',
  'incident',
  'revocation',
  'restriction',
  'purge',
  'break-glass-opened',
  'break-glass-ended',
  'break-glass-reviewed',
  'urgent-request-asked',
  'urgent-request-answered',
  'urgent-request-refused',
  'urgent-request-withdrawn',
] as const;
export type AuditKind = (typeof AUDIT_KINDS)[number];

export const AUDITED_TREATMENTS = ['release', 'generalise', 'mask', 'withhold'] as const;

/** What happened to some fields: their names, never their values. One entry per distinct answer. */
export class AuditedField {
  @Category('procedure')
  @FieldPath({ list: 500 })
  paths: string[];

  @Category('procedure')
  @OneOf(AUDITED_TREATMENTS)
  treatment: (typeof AUDITED_TREATMENTS)[number];

  /** Ids of the rules that decided. */
  @Category('procedure')
  @RuleId({ list: 50 })
  rules: string[];
}

/**
 * Who did what with whose data, when and on what ground: references of the data, not the data. It rides in the
 * transaction of the act. Sent by itself, its number is the envelope's `sequence`; it lies outside the commitment.
 */
@EventPayload(AUDIT_RECORDED)
@JSONSchema({ title: 'Audit record' })
export class AuditRecordedV1 {
  @Category('procedure')
  @Uuid()
  recordId: string;

  @Category('procedure')
  @OneOf(AUDIT_KINDS)
  kind: AuditKind;

  @Category('dates')
  @Timestamp()
  at: string;

  /** The agency that acted; it signs the record. */
  @Category('procedure')
  @DirectoryId()
  agency: string;

  @Category('procedure')
  @Optional()
  @DirectoryId()
  unit?: string;

  /** Pseudonym of the agent (hexadecimal); absent where a service acted by itself. */
  @Category('procedure')
  @Optional()
  @Code('^([0-9a-f]{2}){8,64}$', 128, 'a pseudonym of 8 to 64 bytes in lower-case hexadecimal')
  agent?: string;

  /** The software that acted, e.g. `police`. */
  @Category('procedure')
  @Word()
  service: string;

  @Category('procedure')
  @Optional()
  @Word()
  purpose?: string;

  @Category('procedure')
  @Text(500, { list: 50 })
  legalBases: string[];

  /** The case's pairwise reference. */
  @Category('procedure')
  @Optional()
  @Uuid()
  reference?: string;

  /** Type of the event. */
  @Category('procedure')
  @Optional()
  @EventTypeName()
  event?: string;

  @Category('procedure')
  @Optional()
  @Uuid()
  eventId?: string;

  /** Version of the document as the recipient counts. */
  @Category('procedure')
  @Optional()
  @WholeNumber(1, 1_000_000_000)
  version?: number;

  /** The other agency. */
  @Category('procedure')
  @Optional()
  @DirectoryId()
  counterpart?: string;

  @Category('procedure')
  @Optional()
  @ConventionId()
  convention?: string;

  @Category('procedure')
  @Optional()
  @Hex(32)
  policyDigest?: string;

  @ListOf(() => AuditedField, { max: 500 })
  fields: AuditedField[];

  /** Stable code of a refusal, a parking or a redrive. */
  @Category('procedure')
  @Optional()
  @Word()
  reason?: string;

  /** The envelope's `audit`, which the recipient's record repeats: an unpaired one shows. */
  @Category('procedure')
  @Optional()
  @Hex(32)
  disclosureCommitment?: string;

  @Category('procedure')
  @Hex(32)
  salt: string;

  @Category('procedure')
  @Hex(32)
  commitment: string;
}

/** The part of the record that the commitment covers. */
export type AuditRecord = Omit<AuditRecordedV1, 'salt' | 'commitment'>;

/** SHA-256 over canonical JSON of salt and record, in lower-case hexadecimal. Destroying the salt destroys the link. */
export function auditCommitment(
  record: AuditRecord,
  salt: string,
  sha256Hex: (text: string) => string,
): string {
  return commitmentOfText(canonicalJson(record), salt, sha256Hex);
}

/** `auditCommitment` of a record whose canonical JSON is there already. */
export function commitmentOfText(record: string, salt: string, sha256Hex: (text: string) => string): string {
  return sha256Hex(`{"record":${record},"salt":${canonicalJson(salt)}}`);
}

/** Does the record carry the commitment that its content and salt give? */
export function auditCommitmentHolds(
  recorded: AuditRecordedV1,
  sha256Hex: (text: string) => string,
): boolean {
  const { salt, commitment, ...record } = recorded;
  return auditCommitment(record, salt, sha256Hex) === commitment;
}
