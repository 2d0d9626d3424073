import { auditCommitmentHolds } from '@liaison/contracts';
import type { RecordItem, RecordView } from './record.dto';
import type { StoredRecord } from './record.entity';
import { sha256Hex } from './sha256';

/** What it shows comes from the record that the commitment covers, not from the columns beside it. */
export function itemOf({ record, epoch, number, appendedAt, salt, commitment }: StoredRecord): RecordItem {
  return {
    id: record.recordId,
    agency: record.agency,
    epoch,
    number,
    kind: record.kind,
    at: record.at,
    appendedAt: appendedAt.toISOString(),
    reference: record.reference ?? null,
    event: record.event ?? null,
    eventId: record.eventId ?? null,
    counterpart: record.counterpart ?? null,
    convention: record.convention ?? null,
    reason: record.reason ?? null,
    disclosureCommitment: record.disclosureCommitment ?? null,
    commitment,
    commitmentHolds: auditCommitmentHolds({ ...record, salt: salt.toString('hex'), commitment }, sha256Hex),
  };
}

export const viewOf = (stored: StoredRecord): RecordView => ({ ...itemOf(stored), record: stored.record });
