import { randomUUID } from 'node:crypto';
import {
  type AcknowledgedVoid,
  AUDIT_RECORDED,
  DELIVERY_ACKNOWLEDGED,
  type AuditRecord,
} from '@liaison/contracts';
import type { Sealing } from '../sealing/sealing';
import { continueDispatch, crossingOf } from '../tracing';
import type { Counters, IntentRow, PreparedDelivery } from './prepared';
import { sealEnvelope } from './seal-envelope';

export interface AuditRow extends IntentRow {
  readonly reference: string;
  readonly record: AuditRecord;
  readonly salt: Buffer;
  readonly commitment: string;
}

/** The number is given here, to a committed record, and lies outside its commitment. */
export async function prepareAudit(
  { agency, sealing }: { agency: string; sealing: Sealing },
  row: AuditRow,
  counters: Counters,
  at: Date,
): Promise<PreparedDelivery> {
  const span = continueDispatch(row, AUDIT_RECORDED);
  const numbering = counters.take(row.recipient, row.reference, false);
  const message = await sealEnvelope(sealing, agency, row.recipient, {
    id: row.event_id,
    type: AUDIT_RECORDED,
    subject: row.reference,
    time: at.toISOString(),
    epoch: numbering.epoch,
    sequence: numbering.sequence,
    correlationid: row.event_id,
    data: { ...row.record, salt: row.salt.toString('hex'), commitment: row.commitment },
    traceparent: crossingOf(span, row.event_id),
  });
  return {
    span,
    intentIds: [row.id],
    kind: 'audit',
    eventId: row.event_id,
    recipient: row.recipient,
    reference: row.reference,
    type: AUDIT_RECORDED,
    decidedAt: at,
    message,
    numbering,
  };
}

export interface ReceivedUpTo {
  readonly reference: string;
  readonly epoch: string;
  readonly up_to: number;
  readonly parked: readonly number[];
  readonly discarded: readonly number[];
  readonly ahead: readonly number[];
  readonly waiting: readonly number[];
  readonly read: readonly number[];
  readonly voids: readonly AcknowledgedVoid[];
}

/**
 * One cumulative acknowledgement for every reference of the batch: unsequenced, and acknowledged by nobody.
 * @param epoch this agency's own: by it the other side sees that this one was restored from a backup
 */
export async function prepareAcknowledgement(
  { agency, sealing }: { agency: string; sealing: Sealing },
  rows: readonly IntentRow[],
  received: readonly ReceivedUpTo[],
  epoch: string,
  at: Date,
): Promise<PreparedDelivery> {
  const recipient = rows[0]?.recipient ?? '';
  const id = randomUUID();
  const message = await sealEnvelope(sealing, agency, recipient, {
    id,
    type: DELIVERY_ACKNOWLEDGED,
    subject: received[0]?.reference ?? id,
    time: at.toISOString(),
    epoch,
    correlationid: id,
    data: {
      references: received.map(
        ({ reference, epoch: of, up_to, parked, ahead, waiting, voids, discarded, read }) => ({
          reference,
          epoch: of,
          upTo: up_to,
          ahead,
          waiting,
          parked,
          voids,
          ...(discarded.length > 0 && { discarded: [...discarded] }),
          ...(read.length > 0 && { read: [...read] }),
        }),
      ),
    },
  });
  return {
    intentIds: rows.map((row) => row.id),
    kind: 'acknowledgement',
    eventId: id,
    recipient,
    type: DELIVERY_ACKNOWLEDGED,
    decidedAt: at,
    message,
  };
}

export interface DeadLetterRow extends IntentRow {
  readonly inbox_id: string;
  readonly source: string;
  readonly reason: string | null;
}

/**
 * Id and reason of a parked event, never its content, to this agency's own dead-letter topic. The delivery has an id of
 * its own: an event that was redriven can be parked, and told of, again.
 */
export function prepareDeadLetter(row: DeadLetterRow, at: Date): PreparedDelivery {
  const letter = { id: row.inbox_id, source: row.source, reason: row.reason, at: at.toISOString() };
  return {
    intentIds: [row.id],
    kind: 'dead-letter',
    eventId: randomUUID(),
    recipient: row.recipient,
    type: 'liaison.dead-letter',
    decidedAt: at,
    message: {
      id: row.inbox_id,
      key: row.inbox_id,
      value: Buffer.from(JSON.stringify(letter)),
      headers: { id: row.inbox_id, 'content-type': 'application/json' },
    },
  };
}
