import type { AskedRow, ReceivedRow } from './rows';
import type { AskedItem } from './asked.dto';
import type { ReceivedItem } from './received.dto';
import { isLate, isOverdue } from './urgent-request';

/** Requests as lists have them: nothing about the persons. */

export const askedItem = (row: AskedRow, at: Date): AskedItem => ({
  ...itemOf(row, at),
  agency: row.agency,
  ground: row.ground,
  askedAt: row.asked_at.toISOString(),
  state: row.state,
  withdrawnAt: row.withdrawn_at?.toISOString() ?? null,
});

export const receivedItem = (row: ReceivedRow, at: Date): ReceivedItem => ({
  ...itemOf(row, at),
  agency: row.agency,
  request: row.request,
  ground: row.ground,
  receivedAt: row.received_at.toISOString(),
  state: row.state,
  takenBackAt: row.taken_back_at?.toISOString() ?? null,
  reason: row.reason,
});

const itemOf = (row: AskedRow | ReceivedRow, at: Date) => ({
  id: row.id,
  caseId: row.case_id,
  dueAt: row.due_at?.toISOString() ?? null,
  overdue: isOverdue(row.state, row.due_at, at),
  answeredAt: row.answered_at?.toISOString() ?? null,
  late: isLate(row.answered_at, row.due_at),
  version: row.version,
});
