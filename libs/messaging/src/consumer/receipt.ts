import { agencyOf } from '@liaison/contracts';
import type { AuditEntry } from '../audit/audit-trail';
import { auditFields } from '../dispatch/decided-fields';
import { type InboxStep, SEQUENCE_CONFLICT } from './inbox';
import type { OpenedArrival } from './opening';
import type { EventAhead, ReceivedEvent } from './ports';

/** What a handler gets of an arrival that is to be applied. */
export function receivedEvent(
  {
    source,
    envelope,
    receipt,
    laneId,
  }: Required<Pick<OpenedArrival, 'source' | 'envelope' | 'receipt' | 'laneId'>>,
  receivedAt: Date,
  overtakenBy: readonly EventAhead[] = [],
): ReceivedEvent {
  return {
    envelope,
    sender: source,
    data: receipt.data,
    withheld: receipt.withheld,
    provenance: { agency: source, event: envelope.id, convention: envelope.convention ?? '' },
    laneId,
    receivedAt,
    keepUntil: receipt.keepUntil,
    overtakenBy,
  };
}

/**
 * What happens to an arrival, with the reason code where it is not applied.
 * @param reason the plan's, where it gave one
 */
export function stepOf(arrival: OpenedArrival, outcome: InboxStep['outcome'], reason?: string): InboxStep {
  if (reason !== undefined) return { arrival, outcome, reason };
  if (outcome === 'conflict') return { arrival, outcome, reason: SEQUENCE_CONFLICT };
  if (outcome === 'park' || arrival.settled) return { arrival, outcome, reason: arrival.reason };
  return { arrival, outcome };
}

/** The record of what T3 did with an arrival: its receipt, or why there is none. */
export function recordOf({ arrival, outcome, reason }: InboxStep, at: Date): AuditEntry {
  const { envelope, receipt } = arrival;
  return {
    kind: kindOf(arrival, outcome, reason),
    at: at.toISOString(),
    legalBases: [...(receipt?.legalBases ?? [])],
    fields: outcome === 'apply' ? auditFields(receipt?.fields ?? []) : [],
    ...(reason !== undefined && { reason }),
    ...(envelope && {
      unit: envelope.recipientunit,
      purpose: envelope.purpose,
      reference: envelope.subject,
      event: envelope.type,
      eventId: envelope.id,
      version: envelope.recipientversion,
      counterpart: agencyOf(envelope.source),
      convention: envelope.convention,
      disclosureCommitment: envelope.audit,
    }),
    ...(receipt?.digest && { policyDigest: receipt.digest }),
  };
}

function kindOf(
  { settled }: OpenedArrival,
  outcome: InboxStep['outcome'],
  reason: string | undefined,
): AuditEntry['kind'] {
  if (outcome === 'apply') return 'receipt';
  if (settled) return 'replaced';
  if (outcome === 'conflict') return 'incident';
  return reason === 'voided' ? 'voided' : 'parked';
}
