import { randomUUID } from 'node:crypto';
import {
  type AcknowledgedVoid,
  AUDIT_RECORDED_V2,
  DELIVERY_ACKNOWLEDGED,
  MAX_AUDIT_RECORDS,
} from '@liaison/contracts';
import type { Span } from '@opentelemetry/api';
import type { Sealing } from '../sealing/sealing';
import { continueDispatch, crossingOf } from '../tracing';
import type { Counters, IntentRow, PreparedDelivery } from './prepared';
import { sealEnvelope, sealText } from './seal-envelope';

export interface AuditRow extends IntentRow {
  readonly reference: string;
  readonly recordId: string;
  /** Id of the message that it has travelled in before. */
  readonly message?: string;
  /** Its JSON, as it was stored with the act: an object that is not empty. */
  readonly record: string;
  readonly salt: Buffer;
  readonly commitment: string;
}

/** Of the records in one message, in characters of JSON: well below what an envelope may hold. */
const MAX_RECORDS_LENGTH = 120_000;

/**
 * Everything that gathered, in as few messages as hold it: what a message costs, all of its records share. The numbers
 * are given here, to committed records, and lie outside their commitments.
 */
export async function prepareAudits(
  { agency, sealing }: { agency: string; sealing: Sealing },
  rows: readonly AuditRow[],
  counters: Counters,
  at: Date,
): Promise<PreparedDelivery[]> {
  const deliveries: PreparedDelivery[] = [];
  for (const group of groupsOf(rows)) {
    const [{ recipient, reference }] = group;
    const { firstRecord: first, ...numbering } =
      group[0].first_record === null
        ? counters.takeRecords(recipient, reference, group.length)
        : { firstRecord: group[0].first_record, ...counters.takeMessage(recipient, reference) };
    const id = group[0].message ?? randomUUID();
    const { spans, crossing } = continueAll(group, id);
    const attributes = {
      id,
      type: AUDIT_RECORDED_V2,
      subject: reference,
      time: at.toISOString(),
      epoch: numbering.epoch,
      sequence: numbering.sequence,
      correlationid: id,
      traceparent: crossing,
    };
    const data = `{"first":${first},"records":[${group.map(recordText).join(',')}]}`;
    const message = await sealText(sealing, agency, recipient, attributes, data);
    deliveries.push({
      spans,
      intentIds: [...new Set(group.map((row) => row.id))],
      kind: 'audit',
      eventId: id,
      recipient,
      reference,
      type: AUDIT_RECORDED_V2,
      decidedAt: at,
      message,
      numbering,
      records: group.map(({ recordId }) => recordId),
      firstRecord: first,
    });
  }
  return deliveries;
}

/** `AuditRecordedV1`. To read thousands of field names and write them again would change nothing in them. */
const recordText = ({ record, salt, commitment }: AuditRow): string =>
  `${record.slice(0, -1)},"salt":"${salt.toString('hex')}","commitment":"${commitment}"}`;

/** Each record in the trace that it is of; all of them, and the log's own, are linked by one crossing. */
function continueAll(
  group: Group,
  id: string,
): { readonly spans: readonly Span[]; readonly crossing?: string } {
  const spans: Span[] = [];
  let crossing: string | undefined;
  for (const row of group) {
    const span = continueDispatch({ ...row, event_id: id }, AUDIT_RECORDED_V2, crossing);
    if (!span) continue;
    crossing ??= crossingOf(span, id);
    spans.push(span);
  }
  return { spans, ...(crossing !== undefined && { crossing }) };
}

type Group = [AuditRow, ...AuditRow[]];

/** In order; a record that is too long for company goes alone. A message that has been sent is what it was. */
function groupsOf(rows: readonly AuditRow[]): Group[] {
  const groups: Group[] = [];
  let length = 0;
  for (const row of rows) {
    const group = groups.at(-1);
    const hasRoom =
      row.message !== undefined ||
      (length + row.record.length <= MAX_RECORDS_LENGTH && (group?.length ?? 0) < MAX_AUDIT_RECORDS);
    if (group && group[0].message === row.message && hasRoom) {
      group.push(row);
      length += row.record.length;
    } else {
      groups.push([row]);
      length = row.record.length;
    }
  }
  return groups;
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
  readonly damaged: readonly number[];
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
        ({ reference, epoch: of, up_to, parked, ahead, waiting, voids, discarded, read, damaged }) => ({
          reference,
          epoch: of,
          upTo: up_to,
          ahead,
          waiting,
          parked,
          voids,
          ...(discarded.length > 0 && { discarded: [...discarded] }),
          ...(read.length > 0 && { read: [...read] }),
          ...(damaged.length > 0 && { damaged: [...damaged] }),
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
