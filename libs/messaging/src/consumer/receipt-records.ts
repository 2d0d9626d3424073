import { agencyOf } from '@liaison/contracts';
import type { AuditEntry } from '../audit/audit-trail';
import type { Incident } from '../recovery/incidents';
import type { SettledVoid } from '../recovery/settle';
import { type InboxStep, OVER_SHARING } from './inbox';
import type { OpenedArrival } from './opening';
import { recordOf } from './receipt';

/**
 * What the recipient records: the receipt, or what happened in its place. Protocol events and audit records cause no
 * record of themselves; what a void did to an event is the record of that event.
 */
export function receiptRecords(
  steps: readonly InboxStep[],
  voids: readonly SettledVoid[],
  fills: readonly OpenedArrival[],
  at: Date,
): AuditEntry[] {
  const dropped = new Set(
    steps.filter(({ reason }) => reason === 'voided').map(({ arrival }) => arrival.key),
  );
  return [
    // Disclosed once more after a restore of the sender: its new record finds its receipt, nothing is applied.
    ...fills
      .filter(({ recordKeeping }) => !recordKeeping)
      .map((arrival) => ({
        ...recordOf({ arrival, outcome: 'apply' }, at),
        fields: [],
        reason: 'received-before',
      })),
    ...steps
      .filter(
        (step) => step.outcome !== 'wait' && (!step.arrival.recordKeeping || step.outcome === 'conflict'),
      )
      .map((step) => recordOf(step, at)),
    ...voids
      .filter(({ arrival, found }) => found !== 'never-seen' && !dropped.has(arrival.voids?.key ?? ''))
      .map(({ arrival, eventId, type, found }) => ({
        kind: 'voided' as const,
        at: at.toISOString(),
        legalBases: [],
        fields: [],
        reason: found,
        reference: arrival.envelope?.subject,
        event: type,
        eventId,
        counterpart: arrival.source,
        disclosureCommitment: arrival.voids?.disclosure,
      })),
  ];
}

export function incidentsOf(steps: readonly InboxStep[]): Incident[] {
  return steps
    .filter(({ outcome, reason }) => outcome === 'conflict' || reason === OVER_SHARING)
    .map(({ arrival, reason = '' }) => ({
      peer: arrival.envelope ? agencyOf(arrival.envelope.source) : arrival.source,
      code: reason,
    }));
}
