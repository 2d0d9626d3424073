import { createHash, randomBytes } from 'node:crypto';
import { sha256Hex, type AuditTrail } from '../audit/audit-trail';
import type { Origin } from '../consumer/ports';
import type { Sealing } from '../sealing/sealing';
import { continueDispatch, crossingOf, traceparentOf } from '../tracing';
import { auditFields, describeFields } from './decided-fields';
import type { AllowedRelease, PendingEvent, ReleasePort } from './ports';
import type { Counters, IntentRow, PreparedDelivery } from './prepared';
import { sealEnvelope } from './seal-envelope';

export interface EventRow extends IntentRow {
  readonly case_id: string;
  readonly case_version: number;
  readonly reference: string;
  readonly type: string;
  readonly document: unknown;
  readonly purpose: string;
  readonly unit: string;
  readonly agent: string | null;
  readonly correlation_id: string;
  readonly causation_id: string | null;
  readonly origins: readonly Origin[] | null;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly facts_version: string;
  /** Taken back before anything of it left. */
  readonly withdrawn: boolean;
}

export interface EventPreparation {
  readonly agency: string;
  readonly releases: ReleasePort;
  readonly sealing: Sealing;
  readonly audit: AuditTrail;
}

/** Content is that of the intent, permission is of now: decides again, numbers, seals, and words the audit record. */
export async function prepareEvent(
  { agency, releases, sealing, audit }: EventPreparation,
  row: EventRow,
  counters: Counters,
  at: Date,
): Promise<PreparedDelivery> {
  const event = pendingEvent(row);
  const span = continueDispatch(row, event.type);
  const common = {
    ...(span && { spans: [span] }),
    intentIds: [row.id],
    kind: row.kind,
    eventId: event.eventId,
    recipient: event.recipient,
    recipientUnit: event.recipientUnit,
    reference: event.reference,
    caseId: event.caseId,
    caseVersion: event.caseVersion,
    replaces: row.replaces ?? undefined,
    factsVersion: row.facts_version,
    type: event.type,
    decidedAt: at,
  };
  if (row.withdrawn) return { ...common, state: 'cancelled', reason: 'withdrawn' };
  const release = releases.decideRelease(event, at);
  const entry = {
    at: at.toISOString(),
    unit: event.unit,
    agent: event.agent,
    purpose: event.purpose,
    legalBases: [...release.legalBases],
    reference: event.reference,
    event: event.type,
    eventId: event.eventId,
    counterpart: event.recipient,
    policyDigest: release.digest,
  };
  if (!release.allowed) {
    const refusal = audit.prepare(
      { ...entry, kind: 'refusal', reason: release.code, fields: [] },
      traceparentOf(span),
    );
    return { ...common, reason: release.code, audit: refusal };
  }
  const type = release.type ?? event.type;
  const numbering = counters.take(event.recipient, event.reference);
  const record = audit.prepare(
    {
      ...entry,
      event: type,
      kind: 'disclosure',
      version: numbering.recipientVersion,
      convention: release.convention,
      fields: auditFields(release.fields),
    },
    traceparentOf(span),
  );
  const decision = commitTo(release.digest);
  const message = await sealEnvelope(sealing, agency, event.recipient, {
    ...attributesOf(event, release),
    type,
    replaces: row.replaces ?? undefined,
    time: at.toISOString(),
    epoch: numbering.epoch,
    sequence: numbering.sequence,
    recipientversion: numbering.recipientVersion,
    decision: decision.commitment,
    audit: record.commitment,
    traceparent: crossingOf(span, event.eventId),
  });
  return {
    ...common,
    type,
    message,
    numbering,
    convention: release.convention,
    basis: release.basis,
    lookedWith: release.lookedWith,
    fields: describeFields(release.fields),
    decision,
    audit: record,
    validUntil: release.validUntil,
    deliverWithin: release.deliverWithin,
  };
}

function attributesOf(event: PendingEvent, release: AllowedRelease) {
  return {
    id: event.eventId,
    subject: event.reference,
    recipientunit: event.recipientUnit,
    correlationid: pairwise(event.correlationId, event.reference),
    causationid: event.causationId,
    purpose: event.purpose,
    convention: release.convention,
    withheld: release.withheld,
    data: release.data,
  };
}

/** Two recipients must not be able to join theirs: the correlation is per recipient too. */
function pairwise(correlationId: string, reference: string): string {
  return sha256Hex(`${correlationId}/${reference}`).replace(
    /^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/,
    '$1-$2-$3-$4-$5',
  );
}

/** Facts are few, so a bare digest could be guessed: the nonce stays with the sender. */
function commitTo(digest: string): { nonce: Buffer; commitment: string } {
  const nonce = randomBytes(32);
  return { nonce, commitment: createHash('sha256').update(nonce).update(digest).digest('hex') };
}

function pendingEvent(row: EventRow): PendingEvent {
  return {
    eventId: row.event_id,
    recipient: row.recipient,
    recipientUnit: row.recipient_unit ?? undefined,
    reference: row.reference,
    type: row.type,
    document: row.document,
    purpose: row.purpose,
    facts: row.facts,
    caseId: row.case_id,
    caseVersion: row.case_version,
    unit: row.unit,
    agent: row.agent ?? undefined,
    correlationId: row.correlation_id,
    causationId: row.causation_id ?? undefined,
    ...(row.origins && { origins: row.origins }),
  };
}
