import { SEQUENCE_CONFLICT } from '../consumer/inbox';
import type { Sql } from '../outbox/lanes';
import {
  loadHoles,
  prepareGapRequest,
  prepareVoid,
  VOID_DETAILS,
  type VoidRow,
} from '../recovery/prepare-recovery';
import type { Lease } from './lease';
import { type EventPreparation, type EventRow, prepareEvent } from './prepare-event';
import {
  type AuditRow,
  type DeadLetterRow,
  prepareAcknowledgement,
  prepareAudit,
  prepareDeadLetter,
  type ReceivedUpTo,
} from './prepare-protocol';
import { Counters, type CounterRow, type IntentRow, type PreparedDelivery } from './prepared';

export interface PreparedBatch {
  readonly policyGeneration: string;
  readonly deliveries: readonly PreparedDelivery[];
  readonly counters: Counters;
  /** Whether the lane may hold more. */
  readonly full: boolean;
}

/** At most this many intents a batch; a lane has one batch in flight. */
export const BATCH_SIZE = 250;

/**
 * First half of T2a, outside any transaction: reads the lane's next intents with the facts of now, decides, seals.
 * Nothing read here is trusted until `freeze` has found it unchanged under lock.
 */
export async function prepareBatch(
  sql: Sql,
  lease: Lease,
  epoch: string,
  preparation: EventPreparation,
  at: Date,
  limit: number = BATCH_SIZE,
): Promise<PreparedBatch> {
  const queued = await sql.query<QueuedIntent[]>(NEXT_INTENTS, [lease.laneId, limit]);
  const [first] = queued;
  const intents: readonly IntentRow[] = queued;
  const counters = new Counters(epoch);
  if (!first) return { policyGeneration: '0', deliveries: [], counters, full: false };

  counters.load(
    queued.flatMap((row) =>
      row.epoch === null
        ? []
        : { ...row, epoch: row.epoch, peer: row.recipient, reference: row.reference ?? '' },
    ),
  );
  const details = await loadDetails(sql, intents);
  const deliveries: PreparedDelivery[] = [];
  for (const intent of intents) {
    const row = details.get(`${intent.kind}/${intent.event_id}`);
    if (!row) continue;
    if (intent.kind === 'void') {
      deliveries.push(await prepareVoid(preparation, { ...intent, ...row } as VoidRow, at));
    } else if (intent.kind === 'event') {
      deliveries.push(await prepareEvent(preparation, { ...intent, ...row } as EventRow, counters, at));
    } else if (intent.kind === 'audit') {
      deliveries.push(await prepareAudit(preparation, { ...intent, ...row } as AuditRow, counters, at));
    } else {
      deliveries.push(prepareDeadLetter({ ...intent, ...row } as DeadLetterRow, at));
    }
  }
  const acknowledged = intents.filter(({ kind }) => kind === 'acknowledgement');
  if (acknowledged.length > 0) {
    const received = await loadReceived(sql, acknowledged);
    deliveries.push(await prepareAcknowledgement(preparation, acknowledged, received, epoch, at));
  }
  const asked = intents.filter(({ kind }) => kind === 'gap-request');
  if (asked.length > 0) {
    deliveries.push(await prepareGapRequest(preparation, asked, await loadHoles(sql, asked), epoch, at));
  }
  return {
    policyGeneration: first.policy_generation,
    deliveries,
    counters,
    full: intents.length === limit,
  };
}

/** An intent with the counters of its reference and the generation of conventions, all of one moment. */
type QueuedIntent = IntentRow &
  Pick<CounterRow, 'last_sequence' | 'recipient_version'> & {
    /** Absent where nothing is counted. */
    readonly epoch: string | null;
    readonly policy_generation: string;
  };

async function loadDetails(sql: Sql, intents: readonly IntentRow[]): Promise<Map<string, object>> {
  const details = new Map<string, object>();
  const load = async (
    kind: IntentRow['kind'],
    text: string,
    parameters: (rows: IntentRow[]) => unknown[],
  ) => {
    const rows = intents.filter((row) => row.kind === kind);
    if (rows.length === 0) return;
    for (const row of await sql.query<{ event_id: string }[]>(text, parameters(rows))) {
      details.set(`${kind}/${row.event_id}`, row);
    }
  };
  const ids = (rows: IntentRow[]) => rows.map((row) => row.event_id);
  await load('event', EVENT_DETAILS, (rows) => [
    ids(rows),
    rows.map((row) => row.case_id),
    rows.map((row) => row.case_version),
  ]);
  await load('audit', AUDIT_DETAILS, (rows) => [ids(rows)]);
  await load('void', VOID_DETAILS, (rows) => [ids(rows)]);
  await load('dead-letter', DEAD_LETTER_DETAILS, (rows) => [ids(rows)]);
  return details;
}

function loadReceived(sql: Sql, rows: readonly IntentRow[]): Promise<ReceivedUpTo[]> {
  return sql.query<ReceivedUpTo[]>(RECEIVED_UP_TO, [
    rows[0]?.recipient,
    [...new Set(rows.map(({ reference }) => reference))],
  ]);
}

const NEXT_INTENTS = `
SELECT i.*, s.policy_generation, r.epoch, r.last_sequence, r.recipient_version
  FROM (
    SELECT id, kind, event_id, recipient, recipient_unit, reference, case_id, case_version, replaces, traceparent
      FROM messaging.intent WHERE lane_id = $1 ORDER BY id LIMIT $2
  ) i
 CROSS JOIN messaging.agency_state s
  LEFT JOIN messaging.case_reference r
    ON i.kind IN ('event', 'audit') AND r.peer = i.recipient AND r.reference = i.reference
 ORDER BY i.id`;

const EVENT_DETAILS = `
SELECT w.event_id, e.type, e.document, e.purpose, e.unit, e.agent, e.correlation_id, e.causation_id,
       c.facts, c.facts_version,
       EXISTS (SELECT FROM messaging.voiding v WHERE v.event_id = w.event_id) AS withdrawn
  FROM unnest($1::text[], $2::uuid[], $3::int[]) AS w (event_id, case_id, version)
  JOIN messaging.event_document e USING (case_id, version)
  JOIN messaging.cases c ON c.id = w.case_id`;

const AUDIT_DETAILS = `
SELECT record_id::text AS event_id, record, salt, commitment
  FROM messaging.audit_record WHERE record_id = ANY ($1::uuid[])`;

/** A dead letter's event id is the inbox's key, `<source>/<id>`: ids are unique within their source only. */
const DEAD_LETTER_DETAILS = `
SELECT w.event_id, i.id AS inbox_id, i.source, i.reason
  FROM unnest($1::text[]) AS w (event_id)
  JOIN messaging.inbox i ON i.source = split_part(w.event_id, '/', 1)
                        AND i.id = substr(w.event_id, strpos(w.event_id, '/') + 1)`;

/** At most what one acknowledgement's lists hold; lists other than voids are empty while nothing of a case is amiss. */
const RECEIVED_UP_TO = `
SELECT s.reference, s.epoch, s.up_to,
       ARRAY(
         SELECT i.sequence FROM messaging.inbox i
          WHERE i.source = s.peer AND i.reference = s.reference AND i.epoch = s.epoch AND i.state = 'parked'
            AND i.reason IS DISTINCT FROM '${SEQUENCE_CONFLICT}'
          ORDER BY i.sequence LIMIT 1000) AS parked,
       ARRAY(
         SELECT i.sequence FROM messaging.inbox i
          WHERE i.source = s.peer AND i.reference = s.reference AND i.epoch = s.epoch AND i.state = 'waiting'
          ORDER BY i.sequence LIMIT 1000) AS waiting,
       ARRAY(
         SELECT i.sequence FROM messaging.inbox i
          WHERE i.source = s.peer AND i.reference = s.reference AND i.epoch = s.epoch AND i.state = 'dropped'
            AND i.reason IN ('discarded', 'replaced')
          ORDER BY i.sequence DESC LIMIT 1000) AS discarded,
       ARRAY(
         SELECT i.sequence FROM messaging.read_event e
           JOIN messaging.inbox i ON i.source = e.peer AND i.id = e.event_id
          WHERE e.peer = s.peer AND e.reference = s.reference AND i.epoch = s.epoch AND i.sequence IS NOT NULL
          ORDER BY i.sequence DESC LIMIT 1000) AS read,
       CASE WHEN s.unfinished > 0 THEN ARRAY(
         SELECT i.sequence FROM messaging.inbox i
          WHERE i.source = s.peer AND i.reference = s.reference AND i.epoch = s.epoch AND i.state = 'applied'
            AND i.sequence > s.up_to
          ORDER BY i.sequence LIMIT 1000) ELSE '{}' END AS ahead,
       coalesce(v.voids, '[]') AS voids
  FROM messaging.inbound_sequence s
  LEFT JOIN LATERAL (
    SELECT json_agg(json_build_object('id', t.event_id, 'sequence', t.sequence, 'state', t.state)) AS voids
      FROM (SELECT * FROM messaging.tombstone t WHERE t.peer = s.peer AND t.reference = s.reference
             ORDER BY t.at DESC LIMIT 1000) t
  ) v ON true
 WHERE s.peer = $1 AND s.reference = ANY ($2)`;
