import type { EntityManager } from 'typeorm';
import type { KnownRow } from '../consumer/inbox';
import type { OpenedArrival } from '../consumer/opening';
import type { Found, PlannedStream, StreamState, Step } from '../consumer/ordering';
import type { HandlerRegistry, VoidedEvent } from '../consumer/ports';
import { receivedEvent } from '../consumer/receipt';

/** Effects of T3 that only happen when something was lost, voided or numbered anew: no statement otherwise. */

/** Before a hole is asked for: bytes that overtook each other on the way need not be sent again. */
const GRACE_SECONDS = 1;

export interface SettledVoid {
  readonly arrival: OpenedArrival;
  readonly found: Found;
  /** Key and type of the event that it voids. */
  readonly eventId: string;
  readonly type: string | undefined;
}

export function voidsOf(
  steps: readonly Step<OpenedArrival>[],
  known: ReadonlyMap<string, KnownRow>,
): SettledVoid[] {
  const inBatch = new Map(steps.map(({ arrival }) => [arrival.key, arrival]));
  return steps.flatMap(({ arrival, outcome, found }) => {
    if (outcome !== 'void' || !arrival.voids || !found) return [];
    const { key } = arrival.voids;
    const type = known.get(key)?.type ?? inBatch.get(key)?.envelope?.type;
    return [{ arrival, found, eventId: key.slice(arrival.source.length + 1), type }];
  });
}

/**
 * A void destroys what has not been applied, has its projection undo what has, and leaves a tombstone for what has not
 * come: a row of the inbox without a digest, which makes the late original a repeat.
 */
export async function settleVoids(
  manager: EntityManager,
  voids: readonly SettledVoid[],
  handlers: HandlerRegistry,
  at: Date,
): Promise<void> {
  if (voids.length === 0) return;
  for (const { arrival, found, eventId, type } of voids) {
    if (found !== 'revoked' || type === undefined) continue;
    const event: VoidedEvent = {
      sender: arrival.source,
      reference: arrival.envelope?.subject ?? '',
      eventId,
      type,
      voidedAt: at,
    };
    await handlers.findVoidedHandler(type)?.([event], manager);
  }
  await manager.query(SETTLE_VOIDS, [
    voids.map(({ arrival }) => arrival.source),
    voids.map(({ eventId }) => eventId),
    voids.map(({ arrival }) => arrival.envelope?.subject),
    voids.map(({ arrival }) => arrival.epoch),
    voids.map(({ arrival }) => arrival.sequence),
    voids.map(({ arrival }) => arrival.voids?.disclosure),
    voids.map(({ found }) => found),
    voids.map(({ arrival }) => arrival.origin.topic),
    voids.map(({ arrival }) => arrival.origin.partition),
    voids.map(({ arrival }) => arrival.origin.offset),
    at,
  ]);
}

const SETTLE_VOIDS = `
WITH void AS (
  SELECT * FROM unnest($1::text[], $2::text[], $3::uuid[], $4::uuid[], $5::int[], $6::text[], $7::text[], $8::text[],
                       $9::int[], $10::bigint[])
    AS v (source, id, reference, epoch, sequence, disclosure, found, topic, partition, "offset")
), buried AS (
  INSERT INTO messaging.tombstone (peer, reference, epoch, sequence, event_id, disclosure_commitment, at, state)
  SELECT source, reference, epoch, sequence, id, disclosure, $11, found FROM void
  ON CONFLICT (peer, reference, epoch, sequence) DO UPDATE SET at = excluded.at
)
INSERT INTO messaging.inbox
  (source, id, state, reason, epoch, reference, sequence, digest, disclosure_commitment, topic, partition, "offset",
   received_at)
SELECT source, id, 'dropped', 'voided', epoch, reference, sequence, '', disclosure, topic, partition, "offset", $11
  FROM void
ON CONFLICT (source, id) DO UPDATE
  SET state = CASE WHEN inbox.state IN ('applied', 'revoked') THEN 'revoked' ELSE 'dropped' END,
      reason = 'voided', body = NULL`;

/** A void that its sender repeats has not been acknowledged to it: it is named among the latest again. */
export async function touchTombstones(
  manager: EntityManager,
  repeats: readonly OpenedArrival[],
  at: Date,
): Promise<void> {
  const voids = repeats.filter(({ voids: named }) => named);
  if (voids.length === 0) return;
  await manager.query(
    `UPDATE messaging.tombstone t SET at = $3
       FROM unnest($1::text[], $2::text[]) AS w (peer, event_id)
       WHERE t.peer = w.peer AND t.event_id = w.event_id AND t.reference = ANY ($4::uuid[])`,
    [
      voids.map(({ source }) => source),
      voids.map(({ source, voids: named }) => named?.key.slice(source.length + 1)),
      at,
      voids.map(({ envelope }) => envelope?.subject),
    ],
  );
}

/** Known ids take their number of the new epoch; what they did stays done. */
export async function fillSequences(
  manager: EntityManager,
  fills: readonly OpenedArrival[],
  handlers: HandlerRegistry,
  at: Date,
): Promise<void> {
  if (fills.length === 0) return;
  for (const { source, envelope, receipt, laneId } of fills) {
    if (!envelope || !receipt || laneId === undefined) continue;
    const event = receivedEvent({ source, envelope, receipt, laneId }, at);
    await handlers.findRenumberedHandler(envelope.type)?.([event], manager);
  }
  await manager.query(
    `UPDATE messaging.inbox i SET epoch = w.epoch, sequence = w.sequence, digest = w.digest
       FROM unnest($1::text[], $2::text[], $3::uuid[], $4::int[], $5::bytea[])
         AS w (source, id, epoch, sequence, digest)
      WHERE i.source = w.source AND i.id = w.id`,
    [
      fills.map(({ source }) => source),
      fills.map(({ id }) => id),
      fills.map(({ epoch }) => epoch),
      fills.map(({ sequence }) => sequence),
      fills.map(({ digest }) => digest),
    ],
  );
}

/**
 * Notes which streams have a hole now, for the sweep that asks for it, and forgets those that are whole again. A hole
 * that got smaller is asked for anew without the pauses that earlier attempts have earned.
 */
export async function noteHoles(
  manager: EntityManager,
  planned: ReadonlyMap<string, PlannedStream>,
  before: ReadonlyMap<string, StreamState>,
  laneOf: (stream: string) => number | undefined,
): Promise<void> {
  const holes = [...planned].filter(([, { hole }]) => hole);
  if (holes.length > 0) {
    const parts = holes.map(([stream]) => splitStream(stream));
    await manager.query(NOTE_HOLES, [
      parts.map(({ peer }) => peer),
      parts.map(({ reference }) => reference),
      holes.map(([, { epoch }]) => epoch),
      holes.map(([stream]) => laneOf(stream)),
      holes.map(([, { highest }]) => highest),
      GRACE_SECONDS,
    ]);
    const smaller = holes.filter(([stream, { upTo }]) => upTo > (before.get(stream)?.upTo ?? 0));
    if (smaller.length > 0) {
      const those = smaller.map(([stream]) => splitStream(stream));
      await manager.query(ASK_SOONER, [
        those.map(({ peer }) => peer),
        those.map(({ reference }) => reference),
        GRACE_SECONDS,
      ]);
    }
  }
  const whole = [...planned].filter(([stream, { hole }]) => !hole && (before.get(stream)?.highest ?? 0) > 0);
  if (whole.length === 0) return;
  const parts = whole.map(([stream]) => splitStream(stream));
  await manager.query(
    `DELETE FROM messaging.gap g USING unnest($1::text[], $2::uuid[]) AS w (peer, reference)
      WHERE g.peer = w.peer AND g.reference = w.reference`,
    [parts.map(({ peer }) => peer), parts.map(({ reference }) => reference)],
  );
}

const NOTE_HOLES = `
INSERT INTO messaging.gap (peer, reference, epoch, lane_id, highest, next_at)
SELECT *, clock_timestamp() + make_interval(secs => $6)
  FROM unnest($1::text[], $2::uuid[], $3::uuid[], $4::int[], $5::int[])
ON CONFLICT (peer, reference) DO UPDATE SET epoch = excluded.epoch, highest = excluded.highest`;

const ASK_SOONER = `
UPDATE messaging.gap g
   SET attempts = 0, next_at = least(g.next_at, clock_timestamp() + make_interval(secs => $3))
  FROM unnest($1::text[], $2::uuid[]) AS w (peer, reference)
 WHERE g.peer = w.peer AND g.reference = w.reference`;

const splitStream = (stream: string) => {
  const separator = stream.indexOf('/');
  return { peer: stream.slice(0, separator), reference: stream.slice(separator + 1) };
};
