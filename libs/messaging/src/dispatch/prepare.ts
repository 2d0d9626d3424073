import { SEQUENCE_CONFLICT } from '../consumer/inbox';
import type { Sql } from '../outbox/lanes';
import {
  loadHoles,
  prepareGapRequest,
  prepareVoid,
  VOID_DETAILS,
  type VoidRow,
} from '../recovery/prepare-recovery';
import { type EventPreparation, type EventRow, prepareEvent } from './prepare-event';
import {
  type AuditRow,
  type DeadLetterRow,
  prepareAcknowledgement,
  prepareAudits,
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

/** What a lane's queue holds, up to a limit. */
export interface Queued {
  readonly intents: readonly QueuedIntent[];
  /** Whether it may hold more. */
  readonly full: boolean;
}

/** The next intents of several lanes, in order of the lanes, each with the facts of now. */
export async function nextIntents(
  sql: Sql,
  laneIds: readonly number[],
  limit: number = BATCH_SIZE,
): Promise<Queued[]> {
  const rows = await sql.query<QueuedIntent[]>(NEXT_INTENTS, [laneIds, limit]);
  const byLane = new Map(laneIds.map((laneId) => [laneId, [] as QueuedIntent[]]));
  for (const row of rows) byLane.get(row.lane_id)?.push(row);
  return [...byLane.values()].map((intents) => ({ intents, full: intents.length === limit }));
}

/**
 * First half of T2a, outside any transaction: from a lane's next intents, read with the facts of now, decides, seals.
 * Nothing read here is trusted until `freeze` has found it unchanged under lock.
 */
export async function prepareBatch(
  sql: Sql,
  { intents: queued, full }: Queued,
  epoch: string,
  preparation: EventPreparation,
  at: Date,
): Promise<PreparedBatch> {
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
  const details = await loadDetails(sql, queued);
  const recordsAgain = await loadRecords(
    sql,
    intents.filter((intent) => intent.records),
  );
  const deliveries: PreparedDelivery[] = [];
  const records: AuditRow[] = [];
  for (const intent of intents) {
    if (intent.records) {
      const again = recordsAgain.filter(({ message }) => message === intent.event_id);
      records.push(...again.map((record) => ({ ...intent, ...record }) as AuditRow));
      continue;
    }
    const row = details.get(`${intent.kind}/${intent.event_id}`);
    if (!row) continue;
    if (intent.kind === 'void') {
      deliveries.push(await prepareVoid(preparation, { ...intent, ...row } as VoidRow, at));
    } else if (intent.kind === 'event') {
      deliveries.push(await prepareEvent(preparation, { ...intent, ...row } as EventRow, counters, at));
    } else if (intent.kind === 'audit') {
      records.push({ ...intent, ...row, recordId: intent.event_id } as AuditRow);
    } else {
      deliveries.push(prepareDeadLetter({ ...intent, ...row } as DeadLetterRow, at));
    }
  }
  deliveries.push(...(await prepareAudits(preparation, records, counters, at)));
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
    full,
  };
}

/** An intent with its document or record, the counters of its reference and the generation of conventions, all of one moment. */
export type QueuedIntent = IntentRow &
  Pick<CounterRow, 'last_sequence' | 'recipient_version' | 'last_record'> & {
    /** Absent where nothing is counted. */
    readonly epoch: string | null;
    readonly policy_generation: string;
    readonly lane_id: number;
    /** Whether the row has the document or the record that it is about. */
    readonly found: boolean;
  };

/** What the queue's own statement does not say: of kinds that are rare. */
async function loadDetails(sql: Sql, intents: readonly QueuedIntent[]): Promise<Map<string, object>> {
  const details = new Map<string, object>(
    intents.filter(({ found }) => found).map((row) => [`${row.kind}/${row.event_id}`, row]),
  );
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
  await load('void', VOID_DETAILS, (rows) => [ids(rows)]);
  await load('dead-letter', DEAD_LETTER_DETAILS, (rows) => [ids(rows)]);
  return details;
}

type RecordAgain = Pick<AuditRow, 'recordId' | 'record' | 'salt' | 'commitment'> & {
  readonly message: string;
};

/** Of messages that go again, in their order. */
async function loadRecords(sql: Sql, intents: readonly IntentRow[]): Promise<RecordAgain[]> {
  if (intents.length === 0) return [];
  return sql.query<RecordAgain[]>(RECORDS_AGAIN, [
    intents.map((intent) => intent.event_id),
    intents.map((intent) => `{${intent.records?.join(',')}}`),
  ]);
}

function loadReceived(sql: Sql, rows: readonly IntentRow[]): Promise<ReceivedUpTo[]> {
  return sql.query<ReceivedUpTo[]>(RECEIVED_UP_TO, [
    rows[0]?.recipient,
    [...new Set(rows.map(({ reference }) => reference))],
  ]);
}

const NEXT_INTENTS = `
SELECT i.*, s.policy_generation, r.epoch, r.last_sequence, r.recipient_version, r.last_record,
       e.type, e.document, e.purpose, e.unit, e.agent, e.correlation_id, e.origins, c.facts, c.facts_version,
       -- Whoever else received what caused it could join their cases by it.
       (SELECT n.id FROM messaging.inbox n WHERE n.source = i.recipient AND n.id = e.causation_id) AS causation_id,
       i.kind = 'event' AND EXISTS (SELECT FROM messaging.voiding v WHERE v.event_id = i.event_id) AS withdrawn,
       a.record::text AS record, a.salt, a.commitment,
       c.id IS NOT NULL AND e.case_id IS NOT NULL OR a.record_id IS NOT NULL AS found
  FROM unnest($1::int[]) AS l (lane_id)
 CROSS JOIN LATERAL (
    SELECT id, lane_id, kind, event_id, recipient, recipient_unit, reference, case_id, case_version, replaces, records,
           first_record, traceparent
      FROM messaging.intent q WHERE q.lane_id = l.lane_id ORDER BY id LIMIT $2
  ) i
 CROSS JOIN messaging.agency_state s
  LEFT JOIN messaging.case_reference r
    ON i.kind IN ('event', 'audit') AND r.peer = i.recipient AND r.reference = i.reference
  LEFT JOIN messaging.event_document e
    ON i.kind = 'event' AND e.case_id = i.case_id AND e.version = i.case_version
  LEFT JOIN messaging.cases c ON i.kind = 'event' AND c.id = i.case_id
  LEFT JOIN messaging.audit_record a ON a.record_id = CASE WHEN i.kind = 'audit' AND i.records IS NULL THEN i.event_id::uuid END
 ORDER BY i.id`;

const RECORDS_AGAIN = `
SELECT m.id AS message, a.record_id AS "recordId", a.record::text AS record, a.salt, a.commitment
  FROM unnest($1::text[], $2::text[]) AS m (id, records)
 CROSS JOIN LATERAL unnest(m.records::uuid[]) WITH ORDINALITY AS r (id, place)
  JOIN messaging.audit_record a ON a.record_id = r.id
 ORDER BY m.id, r.place`;

/** A dead letter's event id is the inbox's key, `<source>/<id>`: ids are unique within their source only. */
const DEAD_LETTER_DETAILS = `
SELECT w.event_id, i.id AS inbox_id, i.source, i.reason
  FROM unnest($1::text[]) AS w (event_id)
  JOIN messaging.inbox i ON i.source = split_part(w.event_id, '/', 1)
                        AND i.id = substr(w.event_id, strpos(w.event_id, '/') + 1)`;

/**
 * At most what one acknowledgement's lists hold; lists other than voids are empty while nothing of a case is amiss. Of an
 * older epoch only what was read is told: nothing else of it can change any more.
 */
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
       ARRAY(
         SELECT i.sequence FROM messaging.damaged_event e
           JOIN messaging.inbox i ON i.source = e.peer AND i.id = e.event_id
          WHERE e.peer = s.peer AND e.reference = s.reference AND i.epoch = s.epoch AND i.sequence IS NOT NULL
          ORDER BY i.sequence DESC LIMIT 1000) AS damaged,
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
 WHERE s.peer = $1 AND s.reference = ANY ($2)
UNION ALL
SELECT s.reference, i.epoch, 0, '{}', '{}', '{}', (array_agg(i.sequence ORDER BY i.sequence DESC))[1:1000], '{}',
       '{}', '[]'
  FROM messaging.inbound_sequence s
  JOIN messaging.read_event e USING (peer, reference)
  JOIN messaging.inbox i ON i.source = e.peer AND i.id = e.event_id
 WHERE s.peer = $1 AND s.reference = ANY ($2) AND i.epoch < s.epoch AND i.sequence IS NOT NULL
 GROUP BY s.reference, i.epoch`;
