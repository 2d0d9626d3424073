import type { Envelope } from '@liaison/contracts';
import type { Sql } from '../outbox/lanes';
import type { OpenedArrival } from './opening';
import type { Found, KnownEvent, Outcome, PlannedStream, StreamState } from './ordering';
import type { EventAhead } from './ports';

/** The inbox's tables, as T3 reads and writes them: everything under the locks of the streams concerned. */

export interface LockedStreams {
  readonly states: ReadonlyMap<string, StreamState>;
  /** Sealed bodies of events that wait, with where they came from. */
  readonly waiting: readonly WaitingRow[];
  /** By stream and sequence: what was applied on arrival, ahead of its turn. */
  readonly ahead: ReadonlyMap<string, ReadonlyMap<number, EventAhead>>;
}

export interface WaitingRow {
  readonly body: Buffer;
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
}

/** What it takes to know an event's stream. */
export interface StreamMember extends Pick<OpenedArrival, 'stream' | 'source' | 'laneId'> {
  readonly envelope?: Pick<Envelope, 'subject' | 'epoch'>;
}

/** Creates missing streams, then locks all of them in one order, so that two consumers cannot deadlock. */
export async function lockStreams(sql: Sql, arrivals: readonly StreamMember[]): Promise<LockedStreams> {
  const streams = new Map<string, { peer: string; reference: string; epoch: string; laneId: number }>();
  for (const { stream, source, envelope, laneId } of arrivals) {
    if (stream !== undefined && envelope && laneId !== undefined) {
      streams.set(stream, { peer: source, reference: envelope.subject, epoch: envelope.epoch, laneId });
    }
  }
  if (streams.size === 0) return { states: new Map(), waiting: [], ahead: new Map() };
  const ordered = [...streams.values()].sort((a, b) => (a.reference < b.reference ? -1 : 1));
  const peers = ordered.map(({ peer }) => peer);
  const references = ordered.map(({ reference }) => reference);
  const [, rows] = await Promise.all([
    sql.query(
      `INSERT INTO messaging.inbound_sequence (peer, reference, epoch, lane_id)
       SELECT * FROM unnest($1::text[], $2::uuid[], $3::uuid[], $4::int[]) ON CONFLICT DO NOTHING`,
      [peers, references, ordered.map(({ epoch }) => epoch), ordered.map(({ laneId }) => laneId)],
    ),
    sql.query<{ peer: string; reference: string; epoch: string; up_to: number; unfinished: number }[]>(
      `SELECT s.peer, s.reference, s.epoch, s.up_to, s.unfinished
         FROM messaging.inbound_sequence s
         JOIN unnest($1::text[], $2::uuid[]) AS w (peer, reference) USING (peer, reference)
        ORDER BY s.reference, s.peer FOR UPDATE OF s`,
      [peers, references],
    ),
  ]);
  const unfinished = rows.filter((row) => row.unfinished > 0);
  const beyond = unfinished.length === 0 ? [] : await beyondRows(sql, unfinished);
  const highest = unfinished.length === 0 ? new Map<string, number>() : await highestKnown(sql, unfinished);
  const states = new Map<string, StreamState>();
  const ahead = new Map<string, Map<number, EventAhead>>();
  for (const row of rows) {
    const own = beyond.filter(({ source, reference }) => source === row.peer && reference === row.reference);
    const inState = (state: string) =>
      own.filter((entry) => entry.state === state).map(({ sequence }) => sequence);
    const stream = `${row.peer}/${row.reference}`;
    ahead.set(
      stream,
      new Map(
        own
          .filter(({ state }) => state === 'applied')
          .map(({ id, type, sequence }) => [sequence, { eventId: id, type: type ?? '', sequence }]),
      ),
    );
    states.set(stream, {
      epoch: row.epoch,
      upTo: row.up_to,
      // Discarded, replaced: settled without being applied.
      appliedBeyond: [...inState('applied'), ...inState('dropped')],
      parked: inState('parked'),
      highest: highest.get(stream),
    });
  }
  return {
    states,
    ahead,
    waiting: beyond.flatMap((row) =>
      row.state === 'waiting' && row.body ? [{ ...row, body: row.body }] : [],
    ),
  };
}

interface BeyondRow extends Omit<WaitingRow, 'body'> {
  readonly source: string;
  readonly id: string;
  readonly type: string | null;
  readonly reference: string;
  readonly sequence: number;
  readonly state: string;
  readonly body: Buffer | null;
}

/** Reason code of another event under a sequence that is taken: it is parked, and has no place in its case's order. */
export const SEQUENCE_CONFLICT = 'sequence-conflict';

function beyondRows(
  sql: Sql,
  streams: readonly { peer: string; reference: string; up_to: number; epoch: string }[],
): Promise<BeyondRow[]> {
  return sql.query<BeyondRow[]>(
    `SELECT i.source, i.id, i.type, i.reference, i.sequence, i.state, i.topic, i.partition, i."offset",
            CASE WHEN i.state = 'waiting' THEN i.body END AS body
       FROM messaging.inbox i
       JOIN unnest($1::text[], $2::uuid[], $3::int[], $4::uuid[]) AS w (peer, reference, up_to, epoch)
         ON i.source = w.peer AND i.reference = w.reference AND i.epoch = w.epoch AND i.sequence > w.up_to
      WHERE i.reason IS DISTINCT FROM '${SEQUENCE_CONFLICT}'`,
    [
      streams.map(({ peer }) => peer),
      streams.map(({ reference }) => reference),
      streams.map(({ up_to }) => up_to),
      streams.map(({ epoch }) => epoch),
    ],
  );
}

/** The greatest sequence known to exist, by stream, where a hole was noted. */
async function highestKnown(
  sql: Sql,
  streams: readonly { peer: string; reference: string; epoch: string }[],
): Promise<ReadonlyMap<string, number>> {
  const rows = await sql.query<{ peer: string; reference: string; highest: number }[]>(
    `SELECT g.peer, g.reference, g.highest FROM messaging.gap g
       JOIN unnest($1::text[], $2::uuid[], $3::uuid[]) AS w (peer, reference, epoch) USING (peer, reference, epoch)`,
    [
      streams.map(({ peer }) => peer),
      streams.map(({ reference }) => reference),
      streams.map(({ epoch }) => epoch),
    ],
  );
  return new Map(rows.map(({ peer, reference, highest }) => [`${peer}/${reference}`, highest]));
}

export interface KnownRow extends KnownEvent {
  readonly type: string | null;
  /** Of the bytes that came first; empty where only the event's void has come. */
  readonly digest: Buffer;
}

/** What the inbox holds of these already: by their own keys, and by those that voids among them name. */
export async function knownArrivals(
  sql: Sql,
  arrivals: readonly OpenedArrival[],
): Promise<ReadonlyMap<string, KnownRow>> {
  const keys = new Map<string, readonly [source: string, id: string]>();
  for (const { key, source, id, voids } of arrivals) {
    keys.set(key, [source, id]);
    if (voids) keys.set(voids.key, [source, voids.key.slice(source.length + 1)]);
  }
  const rows = await sql.query<
    {
      source: string;
      id: string;
      state: KnownEvent['state'];
      reason: string | null;
      type: string | null;
      epoch: string | null;
      sequence: number | null;
      digest: Buffer;
      disclosure: string | null;
    }[]
  >(
    `SELECT i.source, i.id, i.state, i.reason, i.type, i.epoch, i.sequence, i.digest,
            i.disclosure_commitment AS disclosure
       FROM messaging.inbox i
       JOIN unnest($1::text[], $2::text[]) AS w (source, id) USING (source, id)`,
    [[...keys.values()].map(([source]) => source), [...keys.values()].map(([, id]) => id)],
  );
  return new Map(
    rows.map(({ source, id, state, reason, type, epoch, sequence, digest, disclosure }) => [
      `${source}/${id}`,
      {
        state,
        type,
        digest,
        epoch: epoch ?? undefined,
        sequence: sequence ?? undefined,
        disclosure: disclosure ?? undefined,
        superseded: state === 'parked' && reason === EPOCH_SUPERSEDED,
      },
    ]),
  );
}

const STATES = {
  apply: 'applied',
  wait: 'waiting',
  park: 'parked',
  drop: 'dropped',
  conflict: 'parked',
  void: 'applied',
} as const;

/** Reason code of the recipient's check: more came than any assignment of the hidden facts allows. */
export const OVER_SHARING = 'over-sharing';
/** Parked because its sender began a newer epoch: the same id under that one takes its place. */
export const EPOCH_SUPERSEDED = 'epoch-superseded';

export interface InboxStep {
  readonly arrival: OpenedArrival;
  readonly outcome: Exclude<Outcome, 'repeat' | 'fill' | 'defer'>;
  readonly reason?: string;
  /** On `void`. */
  readonly found?: Found;
  readonly overtakenBy?: readonly EventAhead[];
}

/**
 * Bodies are kept, still sealed, only where they are needed again: waiting and parked. What was over-shared is
 * destroyed: the incident is recorded in the same transaction.
 */
const isKept = ({ outcome, reason }: InboxStep): boolean =>
  (STATES[outcome] === 'waiting' || STATES[outcome] === 'parked') && reason !== OVER_SHARING;

export async function writeInbox(sql: Sql, steps: readonly InboxStep[], receivedAt: Date): Promise<void> {
  if (steps.length === 0) return;
  const column = <T>(pick: (step: InboxStep) => T | undefined) => steps.map((step) => pick(step) ?? null);
  await sql.query(
    `INSERT INTO messaging.inbox
       (received_at, source, id, state, reason, type, epoch, reference, sequence, digest, body,
        disclosure_commitment, topic, partition, "offset")
     SELECT $1, * FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::uuid[], $8::uuid[],
       $9::int[], $10::bytea[], $11::bytea[], $12::text[], $13::text[], $14::int[], $15::bigint[])
     ON CONFLICT (source, id) DO UPDATE
       SET state = excluded.state, reason = excluded.reason, body = excluded.body, digest = excluded.digest,
           epoch = coalesce(excluded.epoch, inbox.epoch), sequence = coalesce(excluded.sequence, inbox.sequence),
           type = coalesce(excluded.type, inbox.type)
     WHERE inbox.state IN ('waiting', 'parked') OR (inbox.state = 'dropped' AND inbox.digest = '')`,
    [
      receivedAt,
      column(({ arrival }) => arrival.source),
      column(({ arrival }) => arrival.id),
      column(({ outcome }) => STATES[outcome]),
      column(({ reason }) => reason),
      column(({ arrival }) => arrival.envelope?.type),
      column(({ arrival }) => (arrival.stream ? arrival.epoch : undefined)),
      column(({ arrival }) => (arrival.stream ? arrival.envelope?.subject : undefined)),
      column(({ arrival }) => arrival.sequence),
      column(({ arrival }) => arrival.digest),
      column((step) => (isKept(step) ? step.arrival.body : undefined)),
      column(({ arrival }) => arrival.envelope?.audit),
      column(({ arrival }) => arrival.origin.topic),
      column(({ arrival }) => arrival.origin.partition),
      column(({ arrival }) => arrival.origin.offset),
    ],
  );
}

export async function writeStreams(sql: Sql, streams: ReadonlyMap<string, PlannedStream>): Promise<void> {
  if (streams.size === 0) return;
  const rows = [...streams].map(([key, stream]) => {
    const separator = key.indexOf('/');
    return { ...stream, peer: key.slice(0, separator), reference: key.slice(separator + 1) };
  });
  await sql.query(
    `UPDATE messaging.inbound_sequence s SET epoch = w.epoch, up_to = w.up_to, unfinished = w.unfinished
       FROM unnest($1::text[], $2::uuid[], $3::uuid[], $4::int[], $5::int[])
         AS w (peer, reference, epoch, up_to, unfinished)
      WHERE s.peer = w.peer AND s.reference = w.reference`,
    [
      rows.map(({ peer }) => peer),
      rows.map(({ reference }) => reference),
      rows.map(({ epoch }) => epoch),
      rows.map(({ upTo }) => upTo),
      rows.map(({ unfinished }) => unfinished),
    ],
  );
}

export interface ProtocolIntent {
  readonly laneId: number;
  readonly kind: 'acknowledgement' | 'dead-letter';
  readonly eventId: string;
  readonly recipient: string;
  readonly reference?: string;
}

export async function writeProtocolIntents(sql: Sql, intents: readonly ProtocolIntent[]): Promise<void> {
  if (intents.length === 0) return;
  await sql.query(
    `INSERT INTO messaging.intent (lane_id, kind, event_id, recipient, reference)
     SELECT * FROM unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::uuid[])`,
    [
      intents.map(({ laneId }) => laneId),
      intents.map(({ kind }) => kind),
      intents.map(({ eventId }) => eventId),
      intents.map(({ recipient }) => recipient),
      intents.map(({ reference }) => reference ?? null),
    ],
  );
}
